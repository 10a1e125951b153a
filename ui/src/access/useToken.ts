import { useState } from "react";

/** The one-time token of the address. */
export function useToken(): string {
  const [token] = useState(() => new URLSearchParams(window.location.search).get("token") ?? "");
  return token;
}
