// Lays the API viewer into dist/api-docs/, from its package, with nothing inline and nothing from
// elsewhere: the pictures in its style sheet become files, its telemetry package is not touched.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const from = new URL('../node_modules/swagger-ui-dist/', import.meta.url).pathname;
const to = new URL('../dist/api-docs/', import.meta.url).pathname;
mkdirSync(to, { recursive: true });

let pictures = 0;
function toFile(address) {
  const [, type, coding, text] = /^data:image\/([a-z]+)[^,]*?(;base64)?,(.*)$/s.exec(address);
  const bytes = coding ? Buffer.from(text, 'base64') : Buffer.from(decodeURIComponent(text));
  const name = `picture-${++pictures}.${type === 'svg' ? 'svg' : type}`;
  writeFileSync(join(to, name), bytes);
  return `url(/api-docs/${name})`;
}
const css = readFileSync(join(from, 'swagger-ui.css'), 'utf8')
  .replace(/url\("(data:(?:[^"\\]|\\.)+)"\)|url\((data:[^)"']+)\)/g, (_, quoted, bare) =>
    toFile(quoted?.replace(/\\(.)/g, '$1') ?? bare),
  )
  .replace(/\/\*# sourceMappingURL=.*?\*\//, '');
if (/url\(["']?data:/.test(css)) throw new Error('the API viewer still has data: addresses in its style sheet');
writeFileSync(join(to, 'swagger-ui.css'), css);
writeFileSync(
  join(to, 'swagger-ui-bundle.js'),
  readFileSync(join(from, 'swagger-ui-bundle.js'), 'utf8').replace(/\/\/# sourceMappingURL=.*\s*$/, ''),
);
writeFileSync(
  join(to, 'start.js'),
  `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#api',
  deepLinking: false,
  validatorUrl: null,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
});
`,
);
writeFileSync(
  join(to, 'index.html'),
  `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Circled API</title>
    <link rel="icon" href="/circled.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/api-docs/swagger-ui.css" />
    <script src="/api-docs/swagger-ui-bundle.js" defer></script>
    <script src="/api-docs/start.js" defer></script>
  </head>
  <body>
    <div id="api"></div>
  </body>
</html>
`,
);
