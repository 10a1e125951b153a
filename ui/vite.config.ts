import { defineConfig } from "vite";

const hebah = "http://127.0.0.1:3000";

export default defineConfig({
  // Vite's own JSX transform; no plugin is needed for a build.
  oxc: { jsx: { runtime: "automatic" } },
  build: { outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, target: "es2022" },
  server: {
    proxy: {
      "/api": { target: hebah },
      "/media": { target: hebah },
      "/ws": { target: hebah, ws: true },
    },
  },
});
