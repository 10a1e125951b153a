import { useQueries } from "@tanstack/react-query";
import { useLocation } from "wouter";
import type { Permission } from "../../api.gen";
import { http } from "../../http";
import { type PlainKey, useT } from "../../text";
import { useMay } from "../session";
import type { Entry } from "./useCommands";

interface Named {
  id: string;
  name: string;
  phone?: string | null;
}

const FEWEST_LETTERS = 2;
const OF_EACH = 5;

const PLACES: readonly { needs: Permission; path: string; hint: PlainKey; to: (id: string) => string }[] = [
  { needs: "inbox:read", path: "/api/chats", hint: "palette.chat", to: (id) => `/inbox/${id}` },
  { needs: "lead:read", path: "/api/leads", hint: "palette.lead", to: (id) => `/leads/${id}` },
  { needs: "campaign:read", path: "/api/campaigns", hint: "palette.campaign", to: (id) => `/campaigns/${id}` },
  { needs: "device:read", path: "/api/devices", hint: "palette.device", to: (id) => `/devices/${id}` },
];

/** Chats, leads, campaigns and devices with these letters in their name or number, a few of each. */
export function useFound(q: string): { entries: Entry[]; isLooking: boolean } {
  const t = useT();
  const may = useMay();
  const [, go] = useLocation();
  const places = PLACES.filter((place) => may(place.needs));
  const answers = useQueries({
    queries: places.map((place) => ({
      queryKey: ["palette", place.path, q],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        http.get<{ items: Named[] }>(place.path, { query: { q, limit: OF_EACH }, signal }),
      enabled: q.length >= FEWEST_LETTERS,
      staleTime: 0,
    })),
  });
  const entries = places.flatMap((place, index) =>
    (answers[index]?.data?.items ?? []).map((found) => ({
      id: place.to(found.id),
      label: found.name || found.phone || "–",
      hint: [t(place.hint), found.name === "" ? "" : found.phone].filter(Boolean).join(" · "),
      run: () => go(place.to(found.id)),
    })),
  );
  return { entries, isLooking: answers.some((answer) => answer.isFetching) };
}
