import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { DeviceView, TransportList } from "../api.gen";
import { http, type Page } from "../http";
import { useLive } from "../live";
import { useMay, useMe } from "../shell";
import type { AgentView, CannedReply, LabelView, SendKind } from "./api";

const SLOW_MS = 5 * 60_000;
const MOST = 200;
const NONE: readonly never[] = [];

async function readItems<Item>(path: string, signal: AbortSignal): Promise<Item[]> {
  return (await http.get<{ items: Item[] }>(path, { signal })).items;
}

const TEAM_KEYS = [["labels"], ["canned-replies"]];

/** What colleagues change about labels and ready answers is here at once. */
export function useTeamNews(): void {
  useLive(useMe().workspace.id, ["team_changed"], TEAM_KEYS);
}

export function useLabels(): readonly LabelView[] {
  const result = useQuery({
    queryKey: ["labels"],
    queryFn: ({ signal }) => readItems<LabelView>("/api/labels", signal),
    staleTime: SLOW_MS,
  });
  return result.data ?? NONE;
}

export function useCannedReplies(isWanted: boolean): readonly CannedReply[] {
  const result = useQuery({
    queryKey: ["canned-replies"],
    queryFn: ({ signal }) => readItems<CannedReply>("/api/canned-replies", signal),
    staleTime: SLOW_MS,
    enabled: isWanted,
  });
  return result.data ?? NONE;
}

export function useAgents(isWanted = true): readonly AgentView[] {
  const result = useQuery({
    queryKey: ["agents"],
    queryFn: ({ signal }) => readItems<AgentView>("/api/agents", signal),
    staleTime: SLOW_MS,
    enabled: isWanted,
  });
  return result.data ?? NONE;
}

export interface SeenDevices {
  items: readonly DeviceView[];
  /** There are more than one page of them. */
  isMany: boolean;
}

/** The devices this user may see; of a large fleet the first ones. */
export function useSeenDevices(): SeenDevices | undefined {
  return useQuery({
    queryKey: ["inbox-devices"],
    queryFn: async ({ signal }): Promise<SeenDevices> => {
      const page = await http.get<Page<DeviceView>>("/api/devices", { query: { limit: MOST }, signal });
      return { items: page.items, isMany: page.next !== null };
    },
    staleTime: SLOW_MS,
  }).data;
}

/** Every device, for choosing one of them. */
export function useEveryDevice(): readonly DeviceView[] {
  const result = useQuery({
    queryKey: ["inbox-devices", "all"],
    queryFn: async ({ signal }) => {
      const devices: DeviceView[] = [];
      let after: string | null = null;
      do {
        const page: Page<DeviceView> = await http.get("/api/devices", { query: { limit: MOST, after }, signal });
        devices.push(...page.items);
        after = page.next;
      } while (after !== null);
      return devices;
    },
    staleTime: SLOW_MS,
  });
  return result.data ?? NONE;
}

function useDevice(deviceId: string) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["device", deviceId],
    queryFn: ({ signal }) => http.get<DeviceView>(`/api/devices/${deviceId}`, { signal }),
    staleTime: 30_000,
    enabled: deviceId !== "",
    placeholderData: () =>
      queries.getQueryData<SeenDevices>(["inbox-devices"])?.items.find((device) => device.id === deviceId),
  });
}

/** What may be done in a chat of a device, and why not. */
export interface Can {
  device: DeviceView | undefined;
  reply: boolean;
  team: boolean;
  kinds: ReadonlySet<string>;
  quote: boolean;
  typing: boolean;
  maxFileBytes: number;
}

const FILE_LIMIT = 64 * 1024 * 1024;

export function useCan(deviceId: string): Can {
  const may = useMay();
  const device = useDevice(deviceId).data;
  const transports = useQuery({
    queryKey: ["transports"],
    queryFn: ({ signal }) => http.get<TransportList>("/api/transports", { signal }),
    staleTime: SLOW_MS,
  }).data;
  const facts = transports?.items.find((each) => each.name === device?.transport)?.capabilities;
  const reply = may("inbox:reply");
  const team = may("inbox:team");
  return useMemo(
    () => ({
      device,
      reply,
      team,
      kinds: new Set<string>(facts?.sends ?? ["text"]),
      quote: facts?.quotes ?? true,
      typing: facts?.typing ?? false,
      maxFileBytes: facts?.maxFileBytes ?? FILE_LIMIT,
    }),
    [device, reply, team, facts],
  );
}

/** Whether files of a kind can be sent. */
export function canSend(can: Can, kind: SendKind): boolean {
  return can.kinds.has(kind);
}
