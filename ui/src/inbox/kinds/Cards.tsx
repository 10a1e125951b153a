import { MessageSquarePlus } from "lucide-react";
import { IconButton } from "../../design";
import { useText } from "../../text";
import { Picture } from "../parts/Picture";
import { useUi } from "../parts/ui";
import type { Bubble } from "../store/conversation";
import styles from "./Cards.module.css";

/** Contact cards; their numbers can be written to. */
export function Cards({ bubble }: { bubble: Bubble }) {
  const { t } = useText();
  const { show } = useUi();
  if (bubble.cards.length === 0) return <p>{t("inbox.kind.contacts")}</p>;
  return (
    <ul className={styles.cards}>
      {bubble.cards.map((card, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the cards of a message never change
        <li key={index} className={styles.card}>
          <Picture id={card.name} name={card.name} picture={null} size="small" />
          <span className={styles.words}>
            <bdi className={styles.name}>{card.name}</bdi>
            {card.phones.map((phone) => (
              <bdi key={phone} dir="ltr" className={styles.phone}>
                {phone}
              </bdi>
            ))}
          </span>
          {card.phones[0] !== undefined && (
            <IconButton
              size="small"
              label={t("inbox.writeTo", { phone: card.phones[0] })}
              icon={<MessageSquarePlus size={18} />}
              onClick={() => show({ kind: "newChat", phone: card.phones[0] ?? "" })}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
