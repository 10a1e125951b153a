import { UserRound, Users } from "lucide-react";
import { memo, useState } from "react";
import { cx } from "../../design";
import styles from "./Picture.module.css";

const TINTS = 6;

/** The same tint for the same person, everywhere. */
export function tintOf(id: string): number {
  let sum = 0;
  for (let index = 0; index < id.length; index++) sum = (sum * 31 + id.charCodeAt(index)) >>> 0;
  return sum % TINTS;
}

/** Empty for a bare number, which has no name to shorten. */
function initials(name: string): string {
  if (/^[+\d][\d\s()-]*$/.test(name.trim())) return "";
  const words = name.trim().split(/\s+/).filter(Boolean);
  const firsts = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
    word === undefined ? "" : (Array.from(word).find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? ""),
  );
  return firsts.join("").toLocaleUpperCase();
}

/** A person's or a group's picture, or the letters of the name. */
export const Picture = memo(function Picture(props: {
  id: string;
  name: string;
  picture: string | null;
  isGroup?: boolean;
  size?: "normal" | "small" | "large";
}) {
  const { id, name, picture, isGroup = false, size = "normal" } = props;
  const [broken, setBroken] = useState<string | null>(null);
  const letters = initials(name);
  const Sign = isGroup ? Users : UserRound;
  const isLocal = picture !== null && (picture.startsWith("/") || picture.startsWith("data:image/"));
  return (
    <span className={cx(styles.picture, styles[size], styles[`tint${tintOf(id)}`])} aria-hidden="true">
      {isLocal && broken !== picture ? (
        <img src={picture} alt="" loading="lazy" decoding="async" onError={() => setBroken(picture)} />
      ) : isGroup || letters === "" ? (
        <Sign size={size === "small" ? 15 : size === "large" ? 38 : 21} />
      ) : (
        letters
      )}
    </span>
  );
});
