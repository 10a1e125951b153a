import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { DeviceView, LeadView } from "../api.gen";
import { http, type Page, usePages } from "../http";
import { useLive } from "../live";
import { useMe } from "../shell";

/** What shows leads: fetched again when one has changed. */
export const CHANGED = [["leads"], ["lead-facets"], ["overview"]] as const;

export interface LeadPage extends Page<LeadView> {
  total: number;
}

/** What a list of leads is narrowed to; empty means everybody. */
export interface LeadQuery {
  q: string;
  niche: string;
  status: string;
  deviceId: string;
  consent: string;
  suppressed: string;
}

interface NamedCount {
  name: string;
  count: number;
}

export interface LeadFacets {
  niches: NamedCount[];
  statuses: NamedCount[];
  devices: { deviceId: string | null; count: number }[];
  consents: NamedCount[];
  suppressed?: number;
}

export interface LeadHistory {
  consents: {
    consent: LeadView["consent"];
    source: string;
    givenAt: string | null;
    recordedAt: string;
    recordedBy: string | null;
  }[];
  campaigns: { campaignId: string; name: string; state: string; code: string | null; at: string }[];
}

/** The largest page the server gives. */
const MOST = 200;

export function useLeads(query: LeadQuery) {
  return usePages<LeadView, LeadPage>({
    key: ["leads"],
    path: "/api/leads",
    query: { ...query },
    topic: useMe().workspace.id,
  });
}

/** Fetched again wherever it is shown: an import, or somebody else, may just have changed it. */
export function useFacets() {
  useLive(useMe().workspace.id, ["leads_changed"], [["lead-facets"]], { throttleMs: 2000 });
  return useQuery({
    queryKey: ["lead-facets"],
    queryFn: ({ signal }) => http.get<LeadFacets>("/api/leads/facets", { signal }),
    staleTime: 0,
  });
}

export function useLead(id: string) {
  return useQuery({
    queryKey: ["lead", id],
    queryFn: ({ signal }) => http.get<LeadView>(`/api/leads/${id}`, { signal }),
  });
}

export function useLeadHistory(id: string) {
  return useQuery({
    queryKey: ["lead", id, "history"],
    queryFn: ({ signal }) => http.get<LeadHistory>(`/api/leads/${id}/history`, { signal }),
  });
}

/** The names of the leads' own columns, as found on the newest of them. */
export function useOwnVariables() {
  return useQuery({
    queryKey: ["leads", "variables"],
    queryFn: async ({ signal }) => {
      const page = await http.get<LeadPage>("/api/leads", { query: { limit: MOST }, signal });
      return [...new Set(page.items.flatMap((lead) => Object.keys(lead.variables)))].sort();
    },
    staleTime: 0,
  });
}

async function readAllDevices(signal: AbortSignal): Promise<DeviceView[]> {
  const devices: DeviceView[] = [];
  let after: string | null = null;
  do {
    const page: Page<DeviceView> = await http.get("/api/devices", { query: { limit: MOST, after }, signal });
    devices.push(...page.items);
    after = page.next;
  } while (after !== null);
  return devices;
}

/** Every device, for choosing among them; a few thousand fit. */
export function useAllDevices() {
  return useQuery({
    queryKey: ["device-names"],
    queryFn: ({ signal }) => readAllDevices(signal),
    staleTime: 0,
  });
}

/** What devices are called, by id. */
export function useDeviceNames(): ReadonlyMap<string, string> {
  const devices = useAllDevices();
  return useMemo(() => new Map((devices.data ?? []).map((device) => [device.id, device.name])), [devices.data]);
}
