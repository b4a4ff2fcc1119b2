// Bundles what the browser gets into web/static/build: entry files, theme and fonts.
// Tabler is reduced to the rules whose names occur in our templates and sources, so a new class needs a new build.
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const assets = dirname(fileURLToPath(import.meta.url));
const web = dirname(assets);
const output = join(web, "static", "build");

function filesBelow(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.startsWith(output));
}

const sources = filesBelow(web, /\.(html|js|py|svg)$/);

// One rule set of Tabler, without what no page of ours names.
const reducedTabler = {
  name: "reduced-tabler",
  setup({ onLoad }) {
    onLoad({ filter: /@tabler[\\/]core[\\/].*\.css$/ }, async ({ path }) => {
      const [{ css }] = await new PurgeCSS().purge({
        content: sources,
        css: [{ raw: readFileSync(path, "utf8") }],
        safelist: { standard: ["html", "body", /^(is-|was-|htmx-)/], variables: [] },
        variables: true,
        keyframes: true,
        fontFace: true,
      });
      return { contents: css, loader: "css" };
    });
  },
};

rmSync(output, { recursive: true, force: true });
await build({
  entryPoints: ["public.js", "staff.js", "tabler.css", "theme.css"].map((name) => join(assets, name)),
  outdir: output,
  bundle: true,
  minify: true,
  sourcemap: false,
  target: ["chrome109", "firefox115", "safari16"],
  loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty", ".eot": "empty", ".svg": "dataurl" },
  assetNames: "[name]",
  legalComments: "linked",
  logLevel: "warning",
  plugins: [reducedTabler],
});
for (const name of readdirSync(output).filter((name) => /\.(js|css)$/.test(name))) {
  const bytes = readFileSync(join(output, name));
  console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes).length} compressed`);
}
