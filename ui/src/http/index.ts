export { HttpClient, http, type Query, withQuery } from "./client";
export { type Page, usePages } from "./pages";
export { asProblem, Problem } from "./problem";
