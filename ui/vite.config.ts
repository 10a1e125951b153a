import { defineConfig } from "vite";

const hebah = "http://127.0.0.1:3000";

const FRAME =
  /node_modules\/(?:react|react-dom|scheduler|@tanstack|wouter|regexparam|use-sync-external-store)\/|createLucideIcon|lucide-react\/dist\/esm\/(?:Icon|context|defaultAttributes|shared)/;

export default defineConfig({
  // Vite's own JSX transform; no plugin is needed for a build.
  oxc: { jsx: { runtime: "automatic" } },
  // Radix freezes the page behind a dialog with a package that writes a <style> element; our policy forbids those.
  resolve: { alias: { "react-remove-scroll": new URL("./src/design/scrollLock.tsx", import.meta.url).pathname } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Every browser of our target knows modulepreload.
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      // The libraries of every screen in one file that stays the same from release to release.
      output: { codeSplitting: { groups: [{ name: "frame", test: FRAME }] } },
    },
  },
  server: {
    proxy: {
      "/api": { target: hebah },
      "/media": { target: hebah },
      "/ws": { target: hebah, ws: true },
    },
  },
});
