import type { Plugin } from 'vite'

/**
 * What Lit has and the panel has no use for, as it stands in its file, and what takes its place.
 *
 * The templates of the panel are HTML, are made by the tag `html`, and have expressions in texts and attributes only.
 */
const unused: readonly (readonly [what: string, code: RegExp, rest: string])[] = [
  ['directives', /function M\(t,i,s=t,e\)\{.*?,i\}(?=class R\{)/, 'function M(t,i){return i}'],
  ['parents of directives', /get _\$AU\(\)\{return [^}]*\}/g, ''],
  [
    'what parts tell of their place',
    /get (?:parentNode|startNode|endNode|tagName)\(\)\{.*?\}(?=[\w_$]+\(|get )/g,
    '',
  ],
  ['the nodes of a part', /,this\._\$Cv=e\?\.isConnected\?\?!0/, ''],
  ['children of parts', /this\._\$AN=void 0,/g, ''],
  [
    'polyfills, and what counts copies of Lit',
    /,B=t\.litHtmlPolyfillSupport;.*?\.push\("[^"]+"\)/,
    '',
  ],
  [
    'options of listeners',
    /,e=t===A&&s!==A\|\|t\.capture.*?,h=t!==A&&\(s===A\|\|e\);/,
    ',e=t===A&&s!==A,h=t!==A&&s===A;',
  ],
  [
    'objects that listen',
    /"function"==typeof this\._\$AH\?(this\._\$AH\.call\()this\.options\?\.host\?\?(this\.element,t\)):this\._\$AH\.handleEvent\(t\)/,
    '$1$2',
  ],
  [
    'a place to render before',
    /const e=s\?\.renderBefore\?\?i;let h=e\._\$litPart\$;if\(void 0===h\)\{const t=s\?\.renderBefore\?\?null;e\._\$litPart\$=h=new k\(i\.insertBefore\(c\(\),t\),t,void 0,s\?\?\{\}\)\}/,
    'const e=i;let h=e._$litPart$;if(void 0===h)e._$litPart$=h=new k(i.insertBefore(c(),null),null,void 0,{});',
  ],
  ['the life of directives', /setConnected\(t\)\{[^}]*\}/, ''],
  ['the end of directives', /this\._\$AP\?\.\(!1,!0,s\);/, ';'],
  ['expressions in tags', /t\.startsWith\(o\)&&\(d\.push\([^)]*\),r\.removeAttribute\(t\)\)/, '0'],
  ['parts of tags', /:6===r\.type&&\(i=new Z\(h,this,t\)\)/, ':0'],
  ['expressions in <style>', /if\(y\.test\(r\.tagName\)\)\{.*?\}\}(?=\}else if\(8===)/, ''],
  ['the text of <style>', /\(y\.test\(u\[2\]\)&&\(.*?\),c=p\)(?=:)/, 'c=p'],
  ['the start of comments', /"!--"===u\[1\]\?c=_:void 0!==u\[1\]\?c=m:/, ''],
  ['the end of comments', /c===_\|\|c===m\?c=v:\(c=p,n=void 0\)/, 'c=p'],
  ['the end of <style>', /c=n\?\?v/, 'c=v'],
  ['the words of an error that none of ours can make', /"invalid template strings array"/, ''],
  ['expressions in comments', /else\{let t=-1;for\(;-1!==.*?\}(?=l\+\+)/, ''],
  ['the start of <svg>', /l=2===i\?"<svg>":3===i\?"<math>":""/, 'l=""'],
  ['the end of <svg>', /\+\(2===i\?"<\/svg>":3===i\?"<\/math>":""\)/, ''],
  ['the root of <svg>', /,2===i\|\|3===i\)\{.*?\}(?=for)/, ');'],
  ['compiled templates', /e="number"==typeof s\?this\._\$AC\(t\):\(.*?,s\);/, 'e=this._$AC(t);'],
]

/** Leaves out of the panel's script what it does not use of Lit: bundlers cannot see it. */
export function trimLitPlugin(): Plugin {
  return {
    name: 'sectorcache:trim-lit',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'dropInPanel',
    transform: {
      filter: { id: /\/lit-html\.js$/ },
      handler: (code) => ({ code: unused.reduce(trim, code), map: null }),
    },
  }
}

function trim(code: string, [what, found, rest]: (typeof unused)[number]): string {
  const trimmed = code.replace(found, rest)
  if (trimmed === code) throw new Error(`Lit has changed (${what}): look at this plugin.`)
  return trimmed
}
