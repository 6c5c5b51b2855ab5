import { describe, expect, it } from 'vitest';
import { html } from './template.ts';

describe('the template', () => {
  it('escapes what is put in, in text and in attributes', () => {
    const evil = `<script>alert("x")</script> & 'y'`;
    expect(html`<p title="${evil}">${evil}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;">' +
        '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</p>',
    );
  });

  it('takes pieces of its own as they are, joins lists and leaves nothing for null', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${null}${1}`.text).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>1');
  });

  it('leaves backslashes of the template and of the data alone', () => {
    expect(html`${'a\\n'}`.text).toBe('a\\n');
  });
});
