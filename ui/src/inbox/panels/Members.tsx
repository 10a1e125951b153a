import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Button, Skeleton } from "../../design";
import { http } from "../../http";
import { useText } from "../../text";
import type { ChatView, MembersView, MemberView } from "../api";
import { Picture } from "../parts/Picture";
import styles from "./Details.module.css";

const FEW = 10;

/** Who is in a group: our own number first, then its admins. */
export function Members({ chat }: { chat: ChatView }) {
  const { t } = useText();
  const [isWhole, setWhole] = useState(false);
  const members = useQuery({
    queryKey: ["inbox-members", chat.id],
    queryFn: ({ signal }) => http.get<MembersView>(`/api/chats/${chat.id}/members`, { signal }),
  });
  const { refetch } = members;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chat itself changes when its members are looked up
  useEffect(() => void refetch(), [chat, refetch]);
  if (members.isPending) return <Skeleton lines={3} />;
  if (members.isError) return <p className={styles.under}>{t("inbox.membersUnknown")}</p>;
  const { items } = members.data;
  return (
    <section className={styles.part}>
      <h3>{t("inbox.members", { count: items.length })}</h3>
      {items.length === 0 && <p className={styles.under}>{t("inbox.membersLater")}</p>}
      <ul className={styles.members}>
        {items.slice(0, isWhole ? items.length : FEW).map((member) => (
          <Member key={member.address} member={member} />
        ))}
      </ul>
      {items.length > FEW && !isWhole && (
        <Button size="small" onClick={() => setWhole(true)}>
          {t("inbox.allMembers", { count: items.length })}
        </Button>
      )}
    </section>
  );
}

function Member({ member }: { member: MemberView }) {
  const { t } = useText();
  const number = member.address.startsWith("+") ? member.address : t("inbox.hiddenNumber");
  const name = member.isUs ? t("inbox.notice.You") : member.name || number;
  return (
    <li>
      <Picture id={member.address} name={name} picture={null} size="small" />
      <span>
        <bdi>{name}</bdi>
        {name !== number && <span className={styles.under}>{number}</span>}
      </span>
      {member.role !== "member" && <span className={styles.under}>{t("inbox.admin")}</span>}
    </li>
  );
}
