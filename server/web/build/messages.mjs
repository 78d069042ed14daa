// Which words of a source file people read, and the file with them in another language.
//
// The pages are written in plain English, in place. This finds the texts (markup, labels, sentences made in
// scripts), gives each an id, which is the English itself with {0} for what is filled in and <0>…</0> for what
// is around words, and puts the words of a catalog in their place before anything is compiled. So a page in
// Spanish is built from the same source, costs nothing at run time, and the English one is not touched at all.
import { parse } from 'svelte/compiler';

// Elements that stand within a sentence; any other ends it.
const inline = new Set(['a', 'abbr', 'b', 'bdi', 'code', 'em', 'i', 'kbd', 'mark', 'q', 's', 'small', 'span', 'strong', 'sub', 'sup', 'time', 'u']);
// The attributes of elements that are read. Those of our own components are looked at by what they say.
const read = new Set(['alt', 'aria-description', 'aria-label', 'aria-roledescription', 'content', 'label', 'placeholder', 'title']);
const never = new Set(['class', 'style', 'href', 'src', 'id', 'for', 'name', 'type', 'role', 'autocomplete', 'inputmode', 'd', 'viewBox', 'icon', 'tone']);
// Attributes of our own components whose value is read, be it one small word.
const named = /^(label|title|hint|what|placeholder|help|empty|nothing|legend|heading|caption|summary|verb)$/;
// Calls whose strings are for programs.
const programs =
  /^(fetch|matchMedia|require|import|addEventListener|removeEventListener|getElementById|querySelector|querySelectorAll|setAttribute|getAttribute|removeAttribute|closest|matches|includes|startsWith|endsWith|indexOf|has|get|set|split|test|match|GET|POST|PUT|PATCH|DELETE|createElement|DateTimeFormat|RegExp|URL|CustomEvent|KeyboardEvent|Error|WebSocket|supports|warn|error|log|info)$/;
const comparing = new Set(['===', '!==', '==', '!=', 'in', 'instanceof', '<', '>', '<=', '>=']);

const clean = (text) => text.replace(/\s+/g, ' ');
const letters = (text) => /\p{L}/u.test(text);

// What looks like words for people, and not like a code, a path or a class.
export function isPhrase(text) {
  const bare = text.replace(/\{\d+\}|<\/?\d+\/?>/g, '#').trim();
  if (!/\p{Ll}{2}/u.test(bare) || /^(\/|#\/|\.\S|https?:|--|blob:|data:|@|\?)/.test(bare) || /^[\w.+-]+\/[\w.+/-]+$/.test(bare)) return false;
  if (/^[a-z]+(_[a-z]+)+$|^minmax\(|^(Backspace|Enter|Escape|Home|End|Tab|Arrow\w+)$/.test(bare)) return false;
  if (/^[“‘"'(¿¡…]?\p{Lu}\p{Ll}/u.test(bare) && !/^[A-Z]\w*(-[A-Z]\w*)+$/.test(bare)) return true;
  return /\s/.test(bare) && /(^|[\s“‘(])\p{L}{2,}/u.test(bare);
}

// Each with what fills its holes, for whoever translates, and the sentence within which it stands.
export function messagesOf(source, file) {
  return edits(source, file).map(({ id, plural, within, holes }) => ({ id, plural, within, holes, file }));
}

// The source with the words of `say(message)`, which answers a text or, for a plural, two; null leaves the English.
export function translated(source, file, say) {
  const all = edits(source, file);
  const render = (from, until, inside) => {
    let out = '';
    let at = from;
    for (const edit of inside) {
      if (edit.start < at || edit.start < from || edit.end > until) continue;
      out += source.slice(at, edit.start);
      const within = all.filter((e) => e !== edit && e.start >= edit.start && e.end <= edit.end && !(e.start === edit.start && e.end === edit.end && e.depth <= edit.depth));
      const words = say({ ...edit, file });
      out += words === null
        ? render0(edit, within)
        : edit.write(words, (a, b) => render(a, b, within));
      at = edit.end;
    }
    return out + source.slice(at, until);
  };
  const render0 = (edit, within) => render(edit.start, edit.end, within);
  return render(0, source.length, all);
}

// --- finding ------------------------------------------------------------------------------------

function edits(source, file) {
  const markup = file.endsWith('.svelte');
  const head = markup ? '' : '<script lang="ts">';
  const root = parse(markup ? source : `${head}${source}</script>`, { modern: true, filename: file });
  const shift = head.length;
  const found = [];
  const text = source;
  const slice = (node) => text.slice(node.start - shift, node.end - shift);
  const add = (edit) => found.push({ ...edit, start: edit.start - shift, end: edit.end - shift });

  // --- scripts and expressions. `shown`: the value is what people read; `within`: the sentence it stands in.
  function expression(node, at = {}) {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach((n) => expression(n, at));
    const plain = { within: undefined, shown: false };
    if (node.leadingComments?.some((comment) => comment.value.includes('@as-is'))) return;
    switch (node.type) {
      case 'ImportDeclaration': case 'ExportAllDeclaration': case 'ImportExpression':
        return;
      case 'ExportNamedDeclaration':
        return expression(node.declaration, at);
      case 'Literal':
        return literal(node, at);
      case 'TemplateLiteral':
        return template(node, at);
      case 'TaggedTemplateExpression':
        return expression(node.quasi.expressions, plain);
      case 'TSAsExpression': case 'TSSatisfiesExpression': case 'TSNonNullExpression': case 'TSTypeAssertion': case 'ChainExpression': case 'ParenthesizedExpression':
        return expression(node.expression, at);
      case 'ConditionalExpression':
        expression(node.test, plain);
        expression(node.consequent, at);
        return expression(node.alternate, at);
      case 'LogicalExpression':
        expression(node.left, at);
        return expression(node.right, at);
      case 'BinaryExpression':
        if (node.operator === '+') {
          expression(node.left, at);
          return expression(node.right, at);
        }
        for (const side of [node.left, node.right])
          if (!(comparing.has(node.operator) && (side.type === 'Literal' || side.type === 'TemplateLiteral'))) expression(side, plain);
        return;
      case 'SwitchCase':
        return expression(node.consequent, plain);
      case 'MemberExpression':
        expression(node.object, at.shown && node.property?.name !== 'length' ? at : plain);
        if (node.computed && node.property.type !== 'Literal') expression(node.property, plain);
        return;
      case 'Property': case 'PropertyDefinition':
        if (node.computed) expression(node.key, plain);
        return expression(node.value, { ...plain, words: at.words, key: node.key?.name ?? node.key?.value });
      case 'ArrayExpression':
        return expression(node.elements, { ...plain, words: at.words, shown: at.shown, within: at.within });
      case 'ObjectExpression':
        return expression(node.properties, { ...plain, words: at.words });
      case 'VariableDeclarator':
        expression(node.id, plain);
        return expression(node.init, { ...plain, words: /(words|names|labels|said|says|ordinals)$/i.test(node.id?.name ?? '') });
      case 'CallExpression': case 'NewExpression': {
        const name = node.callee.name ?? node.callee.property?.name ?? '';
        if (name === 'count' && counted(node)) return expression(node.arguments[0], plain);
        expression(node.callee, at.shown && node.callee.type === 'MemberExpression' ? at : plain);
        for (const argument of node.arguments)
          if (!(programs.test(name) && (argument.type === 'Literal' || argument.type === 'TemplateLiteral')))
            expression(argument, { ...plain, words: at.words });
          else if (argument.type === 'TemplateLiteral') expression(argument.expressions, plain);
        return;
      }
      case 'ArrowFunctionExpression':
        return expression(node.body, node.body.type === 'BlockStatement' ? plain : { ...plain, words: at.words });
      case 'FunctionDeclaration': case 'FunctionExpression':
        expression(node.params, plain);
        return expression(node.body, plain);
    }
    if (node.type?.startsWith('TS')) return;
    for (const [key, child] of Object.entries(node)) {
      if (['type', 'start', 'end', 'loc', 'leadingComments', 'trailingComments', 'typeAnnotation', 'typeParameters', 'typeArguments', 'returnType', 'metadata'].includes(key)) continue;
      if (child && typeof child === 'object') expression(child, plain);
    }
  }

  // count(n, 'session') and count(n, 'try', 'tries'): both forms, and as they are in the language.
  function counted(node) {
    const [, one, many] = node.arguments;
    if (one?.type !== 'Literal' || (many && many.type !== 'Literal')) return false;
    add({
      id: one.value, plural: many?.value ?? one.value + 's', start: one.start, end: (many ?? one).end, holes: [], depth: 0,
      write: ([first, other]) => `${quoted(first)}, ${quoted(other)}`,
    });
    return true;
  }

  function literal(node, { shown, within, words, key }) {
    if (typeof node.value !== 'string' || node.regex) return;
    const value = node.value;
    const id = clean(value).trim();
    // "… and …": blanks at its ends say that it is put between words.
    const glue = /^\s|\s$/.test(value) && /\p{L}{2}/u.test(value);
    const short = shown || glue || /^(label|title|hint|placeholder|heading)$/.test(key ?? '') || (words && key !== 'icon' && key !== 'tone');
    if (!letters(id) || !(isPhrase(id) || (short && !/^[\p{Lu}\d_-]+$|_|:\/\//u.test(id) && !/^([#/]|\.\S)/.test(id)))) return;
    const own = isPhrase(id) && /^[“‘(]?\p{Lu}/u.test(id);
    add({
      id, within: own ? undefined : within, start: node.start, end: node.end, holes: [], depth: 1,
      write: (said) => quoted(/^\s*/.exec(value)[0] + said + /\s*$/.exec(value)[0]),
    });
  }

  function template(node, { shown, within }) {
    let id = node.quasis[0].value.cooked;
    node.expressions.forEach((_, n) => (id += `{${n}}${node.quasis[n + 1].value.cooked}`));
    const lead = /^\s*/.exec(id)[0];
    const tail = id.trim() ? /\s*$/.exec(id)[0] : '';
    id = clean(id).trim();
    const bare = id.replace(/\{\d+\}/g, '');
    const glue = (lead || tail) && /\p{L}{2}/u.test(bare);
    const message = letters(bare) && (isPhrase(id) || ((shown || glue) && /\p{L}{2}/u.test(bare) && !/^[#/]/.test(id)));
    for (const inner of node.expressions) expression(inner, { shown: message || shown, within: message ? id : within });
    if (!message) return;
    const own = /^[“‘(]?\p{Lu}/u.test(id);
    add({
      id, within: own ? undefined : within, start: node.start, end: node.end, depth: 1, holes: node.expressions.map(slice),
      write: (said, render) =>
        '`' + escaped(lead) + pieces(said).map((piece) => piece.text !== undefined
          ? escaped(piece.text)
          : '${' + hole(node.expressions[piece.hole], render) + '}').join('') + escaped(tail) + '`',
    });
  }
  const hole = (node, render) => {
    if (!node) throw new Error(`${file}: a translation fills in what is not there`);
    return render(node.start - shift, node.end - shift);
  };

  // --- markup
  function attribute(node, owner) {
    if (node.type !== 'Attribute') {
      if (node.type === 'SpreadAttribute' || node.type === 'OnDirective' || node.type === 'BindDirective' || node.type === 'AttachTag' || node.type === 'UseDirective') expression(node.expression);
      return;
    }
    if (node.value === true) return;
    const component = owner.type === 'Component' || owner.type === 'SvelteComponent';
    const values = Array.isArray(node.value) ? node.value : [node.value];
    const shown = !component && read.has(node.name);
    if (values.length === 1 && values[0].type === 'ExpressionTag') {
      const e = values[0].expression;
      // A handler is a script like any other; class, href and the like say nothing to people.
      if (!shown && !component && e.type !== 'ArrowFunctionExpression' && e.type !== 'CallExpression') return;
      return expression(e, { shown: shown || (component && named.test(node.name)) });
    }
    if (never.has(node.name) || !(shown || component)) return values.forEach((v) => v.type === 'ExpressionTag' && expression(v.expression));
    const message = said(values);
    const spoken = component ? named.test(node.name) : true;
    const good = letters(message.bare) && (spoken || isPhrase(message.id));
    message.holes.forEach((e) => expression(e.expression, { shown: good || spoken, within: good ? message.id : undefined }));
    if (!good) return;
    const start = node.start + node.name.length + 1;
    add({
      id: message.id, start, end: node.end, depth: 0, holes: message.holes.map((e) => slice(e.expression)),
      write: (words, render) => '"' + pieces(words).map((p) => p.text !== undefined
        ? p.text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('{', '&#123;')
        : '{' + hole(message.holes[p.hole].expression, render) + '}').join('') + '"',
    });
  }

  // A sentence made of nodes: its id, what fills its holes, what is around some of its words.
  function said(nodes) {
    const holes = [];
    const around = [];
    let bare = '';
    const walk = (list) => list.map((node) => {
      if (node.type === 'Text') {
        bare += node.data;
        return clean(node.data);
      }
      if (node.type === 'Comment') return '';
      if (node.type === 'ExpressionTag' || node.type === 'RenderTag') return `{${holes.push(node) - 1}}`;
      const n = around.push(node) - 1;
      const inner = node.fragment ? walk(node.fragment.nodes) : '';
      return inner.trim() ? `<${n}>${inner}</${n}>` : `<${n}/>`;
    }).join('');
    const id = clean(walk(nodes)).trim();
    return { id, bare, holes, around };
  }

  const standsWithin = (node) =>
    node.type === 'Text' || node.type === 'ExpressionTag' || node.type === 'RenderTag' || node.type === 'Comment' ||
    (node.type === 'RegularElement' && (node.name === 'br' || (inline.has(node.name) && node.fragment.nodes.every(standsWithin))));

  function fragment(nodes) {
    let run = [];
    for (const node of nodes) {
      if (standsWithin(node)) {
        run.push(node);
        continue;
      }
      sentence(run);
      run = [];
      block(node);
    }
    sentence(run);
  }

  function sentence(run) {
    const blank = (node) => node?.type === 'Comment' || (node?.type === 'Text' && !node.data.trim());
    while (blank(run[0])) run.shift();
    while (blank(run.at(-1))) run.pop();
    if (!run.length) return;
    const direct = run.some((n) => n.type === 'Text' && letters(n.data));
    if (!direct) {
      for (const node of run) {
        if (node.type === 'ExpressionTag') expression(node.expression, { shown: true });
        else if (node.type === 'RenderTag') expression(node.expression);
        else if (node.type === 'RegularElement') block(node);
      }
      return;
    }
    const { id, holes, around } = said(run);
    const first = run[0];
    const last = run.at(-1);
    const lead = first.type === 'Text' ? /^\s*/.exec(first.raw)[0] : '';
    const tail = last.type === 'Text' ? /\s*$/.exec(last.raw)[0] : '';
    for (const node of holes) expression(node.expression, { shown: node.type === 'ExpressionTag', within: id });
    for (const node of around) for (const a of node.attributes) attribute(a, node);
    add({
      id, start: first.start, end: last.end, depth: 0, holes: holes.map(slice),
      write: (words, render) => {
        const put = (list) => list.map((piece) => {
          if (piece.text !== undefined) return piece.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('{', '&#123;').replaceAll('}', '&#125;');
          if (piece.hole !== undefined) return hole(holes[piece.hole], render);
          const node = around[piece.around];
          if (!node) throw new Error(`${file}: a translation has words around which nothing is`);
          const inner = node.fragment.nodes;
          if (!inner.length || !piece.inner) return render(node.start, node.end);
          return render(node.start, inner[0].start) + put(piece.inner) + render(inner.at(-1).end, node.end);
        }).join('');
        return lead + put(pieces(words)) + tail;
      },
    });
  }

  function block(node) {
    if (!node) return;
    switch (node.type) {
      case 'RegularElement': case 'Component': case 'SvelteElement': case 'SvelteComponent': case 'SvelteBoundary': case 'SvelteWindow': case 'SvelteDocument': case 'SvelteBody': case 'SvelteHead': case 'TitleElement': case 'SlotElement': case 'SvelteFragment':
        if (['style', 'script', 'code', 'pre'].includes(node.name)) return;
        for (const a of node.attributes ?? []) attribute(a, node);
        return fragment(node.fragment.nodes);
      case 'IfBlock':
        expression(node.test);
        fragment(node.consequent.nodes);
        return node.alternate && fragment(node.alternate.nodes);
      case 'EachBlock':
        expression(node.expression);
        fragment(node.body.nodes);
        return node.fallback && fragment(node.fallback.nodes);
      case 'KeyBlock':
        expression(node.expression);
        return fragment(node.fragment.nodes);
      case 'AwaitBlock':
        expression(node.expression);
        for (const part of [node.pending, node.then, node.catch]) if (part) fragment(part.nodes);
        return;
      case 'SnippetBlock':
        return fragment(node.body.nodes);
      case 'ConstTag':
        return expression(node.declaration);
      case 'HtmlTag': case 'RenderTag':
        return expression(node.expression);
    }
  }

  if (root.module) expression(root.module.content);
  if (root.instance) expression(root.instance.content);
  if (markup) fragment(root.fragment.nodes);
  return found.sort((a, b) => a.start - b.start || b.end - a.end || a.depth - b.depth);
}

// --- writing ------------------------------------------------------------------------------------

const quoted = (text) => JSON.stringify(text);
const escaped = (text) => text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');

// "Call <0>{0}</0> now" as a tree.
export function pieces(text) {
  const read = (until) => {
    const list = [];
    while (text.length) {
      const found = /\{(\d+)\}|<(\/?)(\d+)(\/?)>/.exec(text);
      if (!found) {
        list.push({ text });
        text = '';
        break;
      }
      if (found.index) list.push({ text: text.slice(0, found.index) });
      text = text.slice(found.index + found[0].length);
      if (found[1] !== undefined) list.push({ hole: Number(found[1]) });
      else if (found[2]) {
        if (found[3] !== until) throw new Error(`“</${found[3]}>” closes nothing`);
        return list;
      } else if (found[4]) list.push({ around: Number(found[3]) });
      else list.push({ around: Number(found[3]), inner: read(found[3]) });
    }
    if (until !== undefined) throw new Error(`“<${until}>” is never closed`);
    return list;
  };
  return read(undefined);
}
// What a translation must have as the English has it: the same holes, each once, and the same surroundings.
export const marks = (text) => [...text.matchAll(/\{\d+\}|<\/?\d+\/?>/g)].map((m) => m[0]).sort().join(' ');
