import { MapPin } from "lucide-react";
import { useText } from "../../text";
import type { Bubble } from "../store/conversation";
import { RichText } from "../words/RichText";
import styles from "./Place.module.css";

/** A place by name and position. Nothing is fetched from a map until its link is followed. */
export function Place({ bubble }: { bubble: Bubble }) {
  const { t } = useText();
  const { place } = bubble;
  if (place === null) return <p>{t("inbox.kind.location")}</p>;
  const latitude = place.latitude.toFixed(5);
  const longitude = place.longitude.toFixed(5);
  return (
    <>
      <div className={styles.card}>
        <span className={styles.field} aria-hidden="true">
          <MapPin size={30} />
        </span>
        <span className={styles.words}>
          <bdi className={styles.name}>{place.name || t(place.live ? "inbox.livePlace" : "inbox.kind.location")}</bdi>
          <bdi dir="ltr" className={styles.numbers}>
            {latitude}, {longitude}
          </bdi>
          {place.live && place.name !== "" && <span className={styles.numbers}>{t("inbox.livePlace")}</span>}
          <a
            href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {t("inbox.openMap")}
          </a>
        </span>
      </div>
      {bubble.body !== "" && <RichText body={bubble.body} />}
    </>
  );
}
