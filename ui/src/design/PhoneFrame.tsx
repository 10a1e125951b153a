import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./PhoneFrame.module.css";

/** A chat as the recipient's phone shows it. */
export function PhoneFrame({
  title,
  subtitle,
  children,
  footer,
}: {
  title: string;
  subtitle?: string;
  children: ReactNode;
  footer?: ReactNode;
}) {
  return (
    <figure className={styles.phone}>
      <figcaption className={styles.head}>
        <span className={styles.face} aria-hidden="true">
          {Array.from(title.trim())[0] ?? "?"}
        </span>
        <span className={styles.names}>
          <bdi className={styles.title}>{title}</bdi>
          {subtitle !== undefined && <span className={styles.subtitle}>{subtitle}</span>}
        </span>
      </figcaption>
      <div className={styles.chat}>{children}</div>
      {footer !== undefined && <div className={styles.footer}>{footer}</div>}
    </figure>
  );
}

/** One message. `image` is the address of a picture above the text. */
export function Bubble({
  text,
  image,
  imageWords = "",
  time,
  out = false,
}: {
  text: string;
  image?: string | undefined;
  imageWords?: string;
  time?: string | undefined;
  out?: boolean;
}) {
  return (
    <div className={cx(styles.bubble, out && styles.out)}>
      {image !== undefined && <img className={styles.image} src={image} alt={imageWords} />}
      <p className={styles.text} dir="auto">
        {text}
        {time !== undefined && <span className={styles.time}>{time}</span>}
      </p>
    </div>
  );
}
