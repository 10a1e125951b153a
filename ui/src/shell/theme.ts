export type Theme = "system" | "light" | "dark";

const KEPT = "hebah.theme";

export function firstTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Puts the theme on the page and remembers it for the next visit. */
export function showTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = theme;
}
