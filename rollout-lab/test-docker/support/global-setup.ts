import { buildImages } from './stack.ts';

/** The images of the checkout, once for all files. */
export const setup = buildImages;
