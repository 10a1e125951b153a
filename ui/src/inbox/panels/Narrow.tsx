import { useState } from "react";
import { Dialog, SearchInput } from "../../design";
import { useText } from "../../text";
import { folded } from "../store/chats";
import { useEveryDevice, useLabels } from "../team";
import styles from "./Narrow.module.css";

const SEARCH_FROM = 9;
const MOST = 100;

/** Chooses the device or the label whose chats are shown. */
export default function Narrow(props: {
  by: "device" | "label";
  onPick: (by: "device" | "label", id: string) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const devices = useEveryDevice();
  const labels = useLabels();
  const [q, setQ] = useState("");
  const all =
    props.by === "device"
      ? devices.map(({ id, name, phone }) => ({ id, name, note: phone, colour: null }))
      : labels.map(({ id, name, colour }) => ({ id, name, note: null, colour }));
  const found = all.filter((each) => folded(`${each.name} ${each.note ?? ""}`).includes(folded(q.trim())));
  return (
    <Dialog open onClose={props.onClose} title={t(props.by === "device" ? "inbox.chooseDevice" : "inbox.chooseLabel")}>
      {all.length >= SEARCH_FROM && <SearchInput label={t("pick.search")} value={q} onChange={setQ} />}
      {found.length === 0 && <p className={styles.none}>{t("pick.nothing")}</p>}
      <ul className={styles.list}>
        {found.slice(0, MOST).map((each) => (
          <li key={each.id}>
            <button
              type="button"
              className={styles.entry}
              onClick={() => {
                props.onPick(props.by, each.id);
                props.onClose();
              }}
            >
              {each.colour !== null && <span className={styles.dot} style={{ background: each.colour }} />}
              <bdi className={styles.name}>{each.name}</bdi>
              {each.note !== null && (
                <bdi dir="ltr" className={styles.note}>
                  {each.note}
                </bdi>
              )}
            </button>
          </li>
        ))}
      </ul>
      {found.length > MOST && <p className={styles.none}>{t("pick.more", { count: found.length - MOST })}</p>}
    </Dialog>
  );
}
