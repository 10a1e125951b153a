import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { CampaignInput, CampaignView } from "../api.gen";
import { asProblem, http } from "../http";

interface Stored {
  id: string;
  version: number;
}

export type SaveState =
  | { kind: "new" }
  | { kind: "changed" }
  | { kind: "saving" }
  | { kind: "saved" }
  | { kind: "failed"; error: unknown }
  | { kind: "conflict"; by: string | null; at: string };

const PAUSE_MS = 800;

/** Exactly the fields the server takes. */
export function inputOf(view: CampaignView): CampaignInput {
  return {
    name: view.name,
    body: view.body,
    mediaId: view.mediaId,
    audience: view.audience,
    startsAt: view.startsAt,
    gapMinS: view.gapMinS,
    gapMaxS: view.gapMaxS,
  };
}

export function newCampaign(name: string, startsAt: string | null): CampaignInput {
  return {
    name,
    body: "",
    mediaId: null,
    audience: { niches: [], statuses: [], deviceIds: [], includeUnknownConsent: false },
    startsAt,
    gapMinS: null,
    gapMaxS: null,
  };
}

/** A draft that saves itself when the writer pauses, one request at a time, and never over somebody else's work. */
export function useDraft(campaign: CampaignView | null, first: CampaignInput, onCreated: (view: CampaignView) => void) {
  const queries = useQueryClient();
  const [input, setInput] = useState(() => (campaign === null ? first : inputOf(campaign)));
  const [stored, setStored] = useState<Stored | null>(
    campaign === null ? null : { id: campaign.id, version: campaign.version },
  );
  const [state, setState] = useState<SaveState>({ kind: campaign === null ? "new" : "saved" });
  const facts = useRef({ input, stored, changed: false, stopped: false, onCreated });
  facts.current.onCreated = onCreated;
  const running = useRef<Promise<void> | null>(null);

  const took = useCallback(
    (view: CampaignView) => {
      facts.current.stored = { id: view.id, version: view.version };
      setStored(facts.current.stored);
      queries.setQueryData(["campaign", view.id], view);
    },
    [queries],
  );

  const attempt = useCallback(async () => {
    const now = facts.current;
    const created = now.stored === null;
    now.changed = false;
    setState({ kind: "saving" });
    try {
      const view =
        now.stored === null
          ? await http.post<CampaignView>("/api/campaigns", now.input)
          : await http.patch<CampaignView>(`/api/campaigns/${now.stored.id}`, {
              ...now.input,
              version: now.stored.version,
            });
      took(view);
      setState({ kind: now.changed ? "changed" : "saved" });
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
      if (created) now.onCreated(view);
    } catch (error) {
      now.changed = true;
      const problem = asProblem(error);
      if (problem.code !== "edited_elsewhere") {
        setState({ kind: "failed", error });
        return;
      }
      now.stopped = true;
      setState({
        kind: "conflict",
        by: typeof problem.data.by === "string" ? problem.data.by : null,
        at: typeof problem.data.at === "string" ? problem.data.at : new Date().toISOString(),
      });
    } finally {
      running.current = null;
    }
  }, [queries, took]);

  /** Saves what is not saved yet; the stored version, or null when that did not work. */
  const flush = useCallback(async (): Promise<Stored | null> => {
    while (running.current !== null) await running.current;
    const now = facts.current;
    if (now.stopped) return null;
    if (now.changed || now.stored === null) {
      running.current = attempt();
      await running.current;
    }
    return now.changed ? null : now.stored;
  }, [attempt]);

  const change = useCallback((changes: Partial<CampaignInput>) => {
    facts.current.input = { ...facts.current.input, ...changes };
    facts.current.changed = true;
    setInput(facts.current.input);
    if (!facts.current.stopped && running.current === null) setState({ kind: "changed" });
  }, []);

  const take = useCallback(
    (view: CampaignView) => {
      facts.current.input = inputOf(view);
      facts.current.changed = false;
      facts.current.stopped = false;
      setInput(facts.current.input);
      took(view);
      setState({ kind: "saved" });
    },
    [took],
  );

  const readStored = () => http.get<CampaignView>(`/api/campaigns/${facts.current.stored?.id}`);
  const reload = async () => take(await readStored());
  const overwrite = async () => {
    took(await readStored());
    facts.current.stopped = false;
    await flush();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the words starts the pause again
  useEffect(() => {
    if (!facts.current.changed || facts.current.stopped) return;
    const timer = window.setTimeout(() => void flush(), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [input, state.kind === "saving", flush]);

  useEffect(
    () => () => {
      // Leaving the page must not lose the last words.
      if (facts.current.changed && !facts.current.stopped && facts.current.stored !== null) void flush();
    },
    [flush],
  );

  // Somebody else saved while nothing was being written here: show theirs.
  useEffect(() => {
    const now = facts.current;
    if (campaign === null || now.stored === null || now.changed || running.current !== null) return;
    if (campaign.id === now.stored.id && campaign.version > now.stored.version) take(campaign);
  }, [campaign, take]);

  return { input, stored, state, change, flush, reload, overwrite };
}

export type Draft = ReturnType<typeof useDraft>;
