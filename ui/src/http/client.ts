import { type Problem, problemFrom, unreachable } from "./problem";

export type QueryValue = string | number | boolean | null | undefined | readonly string[];
export type Query = Readonly<Record<string, QueryValue>>;

export interface ReadOptions {
  query?: Query | undefined;
  signal?: AbortSignal | undefined;
  /** The live topic this snapshot belongs to: its `X-Event-Head` is handed to the live connection. */
  topic?: string | undefined;
}

/** What the client tells the rest of the page; set once at start. */
interface Listeners {
  head: (topic: string, head: number) => void;
  signedOut: () => void;
}

const SAFE = new Set(["GET", "HEAD"]);

/** The one door to the server: same origin, cookie, CSRF header, problems as `Problem`. */
export class HttpClient {
  private csrfToken: string | null = null;
  private listeners: Listeners = { head: () => undefined, signedOut: () => undefined };

  listen(listeners: Listeners): void {
    this.listeners = listeners;
  }

  carryCsrf(token: string | null): void {
    this.csrfToken = token;
  }

  get<T>(path: string, options: ReadOptions = {}): Promise<T> {
    return this.call<T>("GET", path, undefined, options);
  }

  post<T = void>(path: string, body?: unknown): Promise<T> {
    return this.call<T>("POST", path, body);
  }

  /** A `Blob` goes as the bytes it is. */
  put<T = void>(path: string, body?: unknown, options?: ReadOptions): Promise<T> {
    return this.call<T>("PUT", path, body, options);
  }

  patch<T = void>(path: string, body?: unknown): Promise<T> {
    return this.call<T>("PATCH", path, body);
  }

  delete<T = void>(path: string, query?: Query): Promise<T> {
    return this.call<T>("DELETE", path, undefined, { query });
  }

  /** Sends one file as multipart field `file`, after other `fields`; `onProgress` gets the part sent, from 0 to 1. */
  upload<T>(
    path: string,
    file: File,
    onProgress?: (part: number) => void,
    signal?: AbortSignal,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", path);
      request.setRequestHeader("Accept", "application/json");
      if (this.csrfToken !== null) request.setRequestHeader("X-CSRF-Token", this.csrfToken);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress?.(event.loaded / event.total);
      };
      request.onerror = () => reject(unreachable());
      request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T);
        else reject(this.refused(path, problemFrom(request.status, request.responseText)));
      };
      signal?.addEventListener("abort", () => request.abort());
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("file", file, file.name);
      request.send(form);
    });
  }

  private async call<T>(method: string, path: string, body: unknown, options: ReadOptions = {}): Promise<T> {
    const headers = new Headers({ Accept: "application/json" });
    const isRaw = body instanceof Blob;
    if (body !== undefined) headers.set("Content-Type", isRaw ? "application/octet-stream" : "application/json");
    if (!SAFE.has(method) && this.csrfToken !== null) headers.set("X-CSRF-Token", this.csrfToken);
    const answer = await this.fetch(withQuery(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (!answer.ok) throw this.refused(path, problemFrom(answer.status, await answer.text()));
    const head = Number(answer.headers.get("X-Event-Head") ?? Number.NaN);
    if (options.topic !== undefined && Number.isFinite(head)) this.listeners.head(options.topic, head);
    if (answer.status === 204) return undefined as T;
    const text = await answer.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(path, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw unreachable();
    }
  }

  private refused(path: string, problem: Problem): Problem {
    // A wrong password at sign-in is 401 too, and is not a lost sign-in.
    if (problem.status === 401 && problem.code === "signed_out" && path !== "/api/me") this.listeners.signedOut();
    return problem;
  }
}

/** The path with its query; empty values are left out, lists repeat the name. */
export function withQuery(path: string, query: Query | undefined): string {
  if (query === undefined) return path;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    if (Array.isArray(value)) for (const each of value as readonly string[]) search.append(name, each);
    else search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

export const http = new HttpClient();
