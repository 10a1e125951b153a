import { useQuery } from "@tanstack/react-query";
import { Archive, BellOff, Pin } from "lucide-react";
import { Link } from "wouter";
import { CopyField, Skeleton, StatusPill } from "../../design";
import { http } from "../../http";
import { useMay } from "../../shell";
import { useText } from "../../text";
import { useTimes } from "../../time";
import type { ChatView, PersonView } from "../api";
import { Picture } from "../parts/Picture";
import { isMuted } from "../store/chats";
import { ChatTeam } from "./ChatTeam";
import styles from "./Details.module.css";
import { Members } from "./Members";
import { Notes } from "./Notes";

/** Who is on the other side: number, lead, consent, team, notes, campaigns. */
export default function Details({ chat }: { chat: ChatView }) {
  const { t } = useText();
  return (
    <div className={styles.details}>
      <div className={styles.who}>
        <Picture id={chat.id} name={chat.name} picture={chat.picture} isGroup={chat.kind === "group"} size="large" />
        <h3 className={styles.name}>
          <bdi>{chat.name || t("inbox.group")}</bdi>
        </h3>
        {chat.kind === "group" && <p className={styles.under}>{t("inbox.group")}</p>}
        <Signs chat={chat} />
      </div>
      {chat.phone !== null && <CopyField label={t("inbox.number")} value={chat.phone} />}
      <p className={styles.under}>
        {t("inbox.over")} <bdi>{chat.deviceName}</bdi>
      </p>
      <ChatTeam chat={chat} />
      {chat.kind === "person" ? <Person chat={chat} /> : <Members chat={chat} />}
      <Notes chat={chat} />
    </div>
  );
}

function Signs({ chat }: { chat: ChatView }) {
  const { t } = useText();
  return (
    <p className={styles.signs}>
      {chat.pinnedAt !== null && (
        <span>
          <Pin size={14} aria-hidden="true" /> {t("inbox.pinned")}
        </span>
      )}
      {isMuted(chat, Date.now()) && (
        <span>
          <BellOff size={14} aria-hidden="true" /> {t("inbox.muted")}
        </span>
      )}
      {chat.archivedAt !== null && (
        <span>
          <Archive size={14} aria-hidden="true" /> {t("inbox.filter.archived")}
        </span>
      )}
    </p>
  );
}

const TONES = { granted: "good", refused: "stop", unknown: "wait" } as const;

function Person({ chat }: { chat: ChatView }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const may = useMay();
  const person = useQuery({
    queryKey: ["inbox-person", chat.id],
    queryFn: ({ signal }) => http.get<PersonView>(`/api/chats/${chat.id}/person`, { signal }),
    staleTime: 10_000,
  });
  if (person.isPending) return <Skeleton lines={3} />;
  if (person.isError) return <p className={styles.under}>{t("inbox.personUnknown")}</p>;
  const { lead, consent, consents, campaigns } = person.data;
  return (
    <>
      <section className={styles.part}>
        <h3>{t("inbox.consent")}</h3>
        <p className={styles.signs}>
          <StatusPill tone={TONES[consent]}>{t(`inbox.consent.${consent}`)}</StatusPill>
          {chat.suppressed && <StatusPill tone="stop">{t("inbox.optedOut")}</StatusPill>}
        </p>
        {consents[0] !== undefined && (
          <p className={styles.under}>
            <bdi>{consents[0].source}</bdi> · {times.date(consents[0].recordedAt)}
          </p>
        )}
      </section>
      <section className={styles.part}>
        <h3>{t("inbox.lead")}</h3>
        {lead === null ? (
          <p className={styles.under}>{t("inbox.noLead")}</p>
        ) : (
          <>
            <p>{may("lead:read") ? <Link href={`/leads/${lead.id}`}>{lead.name || lead.phone}</Link> : lead.name}</p>
            <p className={styles.under}>{[t(`inbox.status.${lead.status}`), ...lead.niches].join(" · ")}</p>
            {lead.note !== "" && <p className={styles.note}>{lead.note}</p>}
          </>
        )}
      </section>
      <section className={styles.part}>
        <h3>{t("inbox.campaignsReceived")}</h3>
        {campaigns.length === 0 && <p className={styles.under}>{t("inbox.noCampaigns")}</p>}
        <ul className={styles.campaigns}>
          {campaigns.map((each) => (
            <li key={`${each.campaignId}-${each.at}`}>
              {may("campaign:read") ? <Link href={`/campaigns/${each.campaignId}`}>{each.name}</Link> : each.name}
              <span className={styles.under}>
                {text.maybe(`outbox.state.${each.state}`) ?? each.state} · {times.full(each.at)}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
