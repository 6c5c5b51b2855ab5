import { describe, expect, it } from 'vitest';
import { assetOf } from './assets.ts';

describe('the files of the page', () => {
  it('are served with their types stripped, and a package by its address', async () => {
    const chart = await assetOf('/client/chart.ts');
    expect(chart?.contentType).toContain('text/javascript');
    expect(chart?.body).toContain("from '/uplot/uPlot.esm.js'");
    expect(chart?.body).not.toContain(': HTMLElement');
  });

  it.each([
    '/',
    '/client/style.css',
    '/client/icon.svg',
    '/uplot/uPlot.esm.js',
    '/uplot/uPlot.min.css',
  ])('include %s', async (path) => {
    expect((await assetOf(path))?.body.length).toBeGreaterThan(100);
  });

  it('are everything that the page asks for', async () => {
    const html = String((await assetOf('/'))?.body);
    const asked = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(asked.length).toBeGreaterThan(3);
    for (const path of asked) expect(await assetOf(path), path).not.toBeNull();
  });

  it.each([
    '/client/../assets.ts',
    '/client/state.test.ts',
    '/client/nothing.ts',
    '/uplot/package.json',
    '/package.json',
  ])('are not %s', async (path) => {
    expect(await assetOf(path)).toBeNull();
  });
});
