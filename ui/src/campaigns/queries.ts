import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type {
  CalendarView,
  CampaignInput,
  CampaignRow,
  CampaignView,
  CourseView,
  Preview,
  RecipientView,
  Report,
  Review,
} from "../api.gen";
import { useDebounced } from "../design";
import { http, usePages } from "../http";
import { useLive } from "../live";
import { useMe } from "../shell";

export function useCampaigns(query: { state?: string; q?: string; reason?: string }) {
  const topic = useMe().workspace.id;
  useLive(topic, ["campaigns_changed"], [["campaigns"]], { throttleMs: 2000 });
  return usePages<CampaignRow>({ key: ["campaigns"], path: "/api/campaigns", query, topic, limit: 50 });
}

/** What began or is to begin between two instants. */
export function useCalendar(since: string, until: string) {
  const topic = useMe().workspace.id;
  useLive(topic, ["campaigns_changed"], [["calendar"]], { throttleMs: 2000 });
  const query = new URLSearchParams({ since, until });
  return useQuery({
    queryKey: ["calendar", since, until],
    queryFn: ({ signal }) => http.get<CalendarView>(`/api/campaigns/calendar?${query}`, { signal, topic }),
    placeholderData: keepPreviousData,
  });
}

export function useCampaign(id: string | null) {
  useLive(id, ["campaign_changed"], [["campaign", id]]);
  return useQuery({
    queryKey: ["campaign", id],
    queryFn: ({ signal }) => http.get<CampaignView>(`/api/campaigns/${id}`, { signal, topic: id ?? undefined }),
    enabled: id !== null,
  });
}

/** The figures, renewed at most once per second while it runs. */
export function useReport(id: string) {
  useLive(id, ["campaign_changed", "recipients_changed"], [["report", id]], { throttleMs: 1000 });
  return useQuery({
    queryKey: ["report", id],
    queryFn: ({ signal }) => http.get<Report>(`/api/campaigns/${id}/report`, { signal, topic: id }),
  });
}

/** What happened when; renewed seldom, as an hour is long. */
export function useCourse(id: string) {
  useLive(id, ["campaign_changed", "recipients_changed"], [["course", id]], { throttleMs: 5000 });
  return useQuery({
    queryKey: ["course", id],
    queryFn: ({ signal }) => http.get<CourseView>(`/api/campaigns/${id}/course`, { signal }),
  });
}

export interface RecipientQuery {
  state: string;
  deviceId: string;
  code: string;
  q: string;
}

/** Beyond this many loaded rows, the list stands still instead of being fetched again at every send. */
const RENEW_UP_TO = 400;

export function useRecipients(id: string, query: RecipientQuery) {
  const list = usePages<RecipientView>({
    key: ["recipients", id],
    path: `/api/campaigns/${id}/recipients`,
    query: { ...query },
  });
  useLive(id, ["recipients_changed"], list.rows.length <= RENEW_UP_TO ? [["recipients", id]] : [], {
    throttleMs: 1500,
  });
  return list;
}

export type Draftable = Pick<CampaignInput, "body" | "mediaId" | "audience" | "startsAt">;

/** What real recipients would read; follows the writer's hand a moment later. */
export function usePreview(draft: Draftable) {
  const asked = useDebounced(
    JSON.stringify({
      body: draft.body,
      mediaId: draft.mediaId,
      audience: draft.audience,
      startsAt: draft.startsAt,
      count: 5,
    }),
    350,
  );
  return useQuery({
    queryKey: ["preview", asked],
    queryFn: () => http.post<Preview>("/api/campaigns/preview", JSON.parse(asked)),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** What a launch would do now. */
export function useReview(id: string | null, version: number | null) {
  return useQuery({
    queryKey: ["review", id, version],
    queryFn: () => http.post<Review>(`/api/campaigns/${id}/review`),
    enabled: id !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: 30_000,
  });
}
