import { lazy, Suspense } from "react";
import type { DeviceState, DeviceView } from "../api.gen";
import { StatusPill } from "../design";
import { useText, withWords } from "../text";
import { Places, When } from "../time";
import styles from "./state.module.css";
import { causeWords, holdWords, STATE_TONES } from "./words";

const StopMark = lazy(withWords(["stops"], () => import("../stops/StopMark")));

/** The state of a device as word, colour and shape. */
export function DeviceStatePill({ state }: { state: DeviceState }) {
  const { t } = useText();
  return <StatusPill tone={STATE_TONES[state]}>{t(`devices.state.${state}`)}</StatusPill>;
}

/** The state with its cause, since when and until when. */
export function DeviceStateWords({ device }: { device: DeviceView }) {
  const text = useText();
  // Online needs no reason; a limit it has reached does.
  const quiet = device.state === "online" && device.hold === null;
  return (
    <span className={styles.words}>
      <span className={styles.pills}>
        <DeviceStatePill state={device.state} />
        <Suspense>
          <StopMark subject={device.id} />
        </Suspense>
      </span>
      <span className={styles.detail}>
        {quiet ? null : (
          <>
            {device.hold === null ? causeWords(text, device.cause) : holdWords(text, device.hold)}{" "}
            <span aria-hidden="true">·</span>{" "}
          </>
        )}
        <Since device={device} />
      </span>
    </span>
  );
}

function Since({ device }: { device: DeviceView }) {
  const { t } = useText();
  const until = device.hold === null ? device.stateUntil : device.holdUntil;
  if (until !== null)
    return <Places words={t("devices.until", { time: "\u0000" })} what={<When at={until} as="full" />} />;
  return (
    <Places words={t("devices.sinceFor", { duration: "\u0000" })} what={<When at={device.stateSince} as="since" />} />
  );
}
