import { Bell, BellOff, FileUp, Keyboard, MessageSquareText, Tag } from "lucide-react";
import { useLocation } from "wouter";
import { useToast } from "../../design";
import { useMay } from "../../shell";
import { useText } from "../../text";
import { askToNotify, isNotifying, stopNotifying } from "../notify";
import { type MenuPlace, useUi } from "../parts/ui";
import { parsePlace } from "../place";
import { PointMenu } from "./PointMenu";

/** What is seldom needed: notices, labels, ready answers, keys. */
export function MoreMenu({ at, onClose }: { at: MenuPlace; onClose: () => void }) {
  const { t } = useText();
  const toast = useToast();
  const { show } = useUi();
  const may = useMay();
  const [location, go] = useLocation();
  const { deviceId } = parsePlace(location);
  const isOn = isNotifying();
  const toggle = async () => {
    if (isOn) {
      stopNotifying();
      toast({ words: t("inbox.noticesOff") });
      return;
    }
    const isAllowed = await askToNotify();
    toast({ words: t(isAllowed ? "inbox.noticesOn" : "inbox.noticesRefused"), tone: isAllowed ? "good" : "stop" });
  };
  return (
    <PointMenu
      at={at}
      label={t("inbox.more")}
      onClose={onClose}
      items={[
        {
          label: t(isOn ? "inbox.noticesStop" : "inbox.noticesAsk"),
          icon: isOn ? <BellOff size={17} /> : <Bell size={17} />,
          onSelect: () => void toggle(),
        },
        { label: t("inbox.labels"), icon: <Tag size={17} />, onSelect: () => show({ kind: "labels" }) },
        {
          label: t("inbox.replies"),
          icon: <MessageSquareText size={17} />,
          onSelect: () => show({ kind: "replies" }),
        },
        ...(may("device:edit")
          ? [
              {
                label: t("inbox.importChats"),
                icon: <FileUp size={17} />,
                onSelect: () => go(`/devices/archives/new${deviceId === null ? "" : `?device=${deviceId}`}`),
              },
            ]
          : []),
        "line",
        { label: t("inbox.keys"), icon: <Keyboard size={17} />, onSelect: () => show({ kind: "shortcuts" }) },
      ]}
    />
  );
}
