import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { DeviceView, LinkingView, TransportView } from "../../api.gen";
import { Button, Dialog, ErrorState, Notice, Skeleton, useAction } from "../../design";
import { http } from "../../http";
import { useLiveState } from "../../live";
import { useText } from "../../text";
import { useDevice, useLinking, useTransports } from "../queries";
import { useClose } from "../useClose";
import { reasonWords } from "../words";
import { Choose, type Wish } from "./Choose";
import { Failed, LinkedNow } from "./Ends";
import { Risk } from "./Risk";
import { Showing } from "./Showing";
import { readyPhone } from "./SimulatedScan";

// A fresh slot has no linking to ask for.
const NEVER_LINKED = "created";

const SHOWING = new Set<LinkingView["step"]>(["requested", "qr", "code", "passkey", "passkey_code"]);

type Stage = "unusable" | "risk" | "choosing" | "showing" | "linked" | "failed";

/** From a slot to a linked phone: know the risk, choose how, show the live code, say what came of it. */
export function LinkDialog({ id }: { id: string }) {
  const text = useText();
  const { t } = text;
  const queries = useQueryClient();
  const close = useClose();
  const isLive = useLiveState() === "live";
  const device = useDevice(id);
  const transports = useTransports();
  const [choosing, setChoosing] = useState(false);
  const [mine, setMine] = useState(false);
  const [phone, setPhone] = useState<string | null>(null);
  const [method, setMethod] = useState<LinkingView["method"]>("qr");
  const linking = useLinking(
    id,
    mine || (device.data !== undefined && device.data.cause !== NEVER_LINKED),
    isLive ? false : 2000,
  );
  const choose = (how: LinkingView["method"]) => {
    setMethod(how);
    setChoosing(true);
    setMine(false);
  };
  const cancel = useAction({
    run: (_: LinkingView["method"]) => http.delete(`/api/devices/${id}/link`),
    done: (_, how) => choose(how),
    changes: [["linking", id], ["device", id], ["devices"]],
  });
  const ask = useAction({
    run: async (wish: Wish) => {
      const number = wish.phone === undefined ? null : await readyPhone(wish.phone, device.data?.name ?? "");
      setPhone(number);
      return http.post<LinkingView>(
        `/api/devices/${id}/link`,
        number === null ? { method: wish.method } : { method: wish.method, phone: number },
      );
    },
    done: (view) => {
      setChoosing(false);
      setMine(true);
      queries.setQueryData(["linking", id], view);
      void queries.invalidateQueries({ queryKey: ["device", id] });
      void queries.invalidateQueries({ queryKey: ["devices"] });
    },
    quiet: true,
  });

  const title = t("devices.link.title", { name: device.data?.name ?? "" });
  if (device.isPending || transports.isPending || (linking.isPending && linking.isFetching)) {
    return (
      <Dialog open onClose={close} title={title}>
        <Skeleton lines={4} />
      </Dialog>
    );
  }
  if (device.data === undefined || transports.data === undefined) {
    const failed = device.data === undefined ? device : transports;
    return (
      <Dialog open onClose={close} title={title}>
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      </Dialog>
    );
  }
  const slot = device.data;
  const view = linking.data ?? null;
  const transport = transports.data.items.find((each) => each.name === slot.transport) ?? null;
  const stage = stageOf(slot, transport, view, { choosing, mine });
  return (
    <Dialog
      open
      wide={stage === "showing" || stage === "risk"}
      onClose={close}
      title={title}
      actions={
        stage === "showing" ? (
          <Button busy={cancel.isPending} onClick={() => cancel.mutate(method)}>
            {t("devices.link.cancel")}
          </Button>
        ) : stage === "linked" ? (
          <Button look="primary" onClick={close}>
            {t("devices.link.done")}
          </Button>
        ) : undefined
      }
    >
      {stage === "unusable" && (
        <Notice tone="stop" title={t("devices.link.unusable")}>
          {reasonWords(text, transport === null ? "off" : transport.reason)}
        </Notice>
      )}
      {stage === "risk" && <Risk transport={slot.transport} onClose={close} />}
      {stage === "choosing" && (
        <Choose
          key={method}
          device={slot}
          first={method}
          byCode={transport?.capabilities?.linkByCode ?? true}
          acceptedAt={transport?.riskAcceptedAt ?? null}
          busy={ask.isPending}
          error={ask.error}
          onAsk={(wish) => ask.mutate(wish)}
        />
      )}
      {stage === "showing" && view !== null && (
        <Showing
          device={slot}
          view={view}
          phone={phone}
          onCode={() => cancel.mutate("code")}
          cancelling={cancel.isPending}
        />
      )}
      {stage === "failed" && view !== null && (
        <Failed
          view={view}
          busy={ask.isPending}
          onAgain={view.method === "qr" ? () => ask.mutate({ method: "qr" }) : undefined}
          onChoose={choose}
        />
      )}
      {stage === "linked" && <LinkedNow device={slot} />}
    </Dialog>
  );
}

function stageOf(
  slot: DeviceView,
  transport: TransportView | null,
  shown: LinkingView | null,
  here: { choosing: boolean; mine: boolean },
): Stage {
  if (!here.choosing && shown !== null) {
    if (SHOWING.has(shown.step) && (slot.state === "linking" || here.mine)) return "showing";
    // The end of an earlier linking is history; the end of this one is news.
    if (here.mine) return shown.step === "linked" ? "linked" : "failed";
    if (shown.step === "linked" && slot.phone !== null && isHeld(slot)) return "linked";
  }
  if (transport === null || !transport.available) return "unusable";
  return transport.official || transport.riskAcceptedAt !== null ? "choosing" : "risk";
}

/** Whether the slot has a number that need not be linked anew. */
function isHeld(slot: DeviceView): boolean {
  return slot.state !== "logged_out" && slot.state !== "stopped" && slot.state !== "banned";
}
