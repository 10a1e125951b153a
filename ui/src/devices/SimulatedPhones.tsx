import { Bot, Keyboard, MessageCircle, MoreVertical, Plus, Unlink, WifiOff, Zap } from "lucide-react";
import { useState } from "react";
import type { SimulatedPhone } from "../api.gen";
import {
  Button,
  Dialog,
  Drawer,
  EmptyState,
  ErrorState,
  IconButton,
  Menu,
  Notice,
  Skeleton,
  TextArea,
  TextInput,
  useAction,
} from "../design";
import { http } from "../http";
import { useMay, useMe } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import { useDevices, useSimulatedPhones } from "./queries";
import styles from "./SimulatedPhones.module.css";
import { TroubleDialog } from "./TroubleDialog";
import { useClose } from "./useClose";

const CUT_S = 30;

/** The pretend phones: make one, let it lose its connection, unlink it, let a person write to it. */
export function SimulatedPhones() {
  const text = useText();
  const { t } = text;
  const close = useClose();
  const may = useMay();
  const { simulatedOn } = useMe();
  const allowed = simulatedOn && may("simulated:use");
  const phones = useSimulatedPhones(allowed);
  const devices = useDevices({ state: "", q: "" });
  const [name, setName] = useState("");
  const make = useAction({
    run: () => http.post<SimulatedPhone>("/api/simulated/phones", name.trim() === "" ? {} : { name: name.trim() }),
    changes: [["simulated"]],
    done: () => setName(""),
    words: (phone) => t("devices.sim.made", { name: phone.name, phone: phone.phone }),
  });
  const nameOf = (id: string) => devices.rows.find((device) => device.id === id)?.name ?? "…";
  if (!allowed) {
    return (
      <Drawer open onClose={close} title={t("devices.sim.title")}>
        <Notice tone="wait">{t("field.simulated_off")}</Notice>
      </Drawer>
    );
  }
  return (
    <Drawer open onClose={close} title={t("devices.sim.title")} description={t("devices.sim.hint")}>
      <form
        className={styles.make}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <TextInput label={t("devices.sim.newName")} value={name} onChange={setName} maxLength={80} dir="auto" />
        <Button type="submit" icon={<Plus size={17} />} busy={make.isPending}>
          {t("devices.sim.new")}
        </Button>
      </form>
      {phones.isPending ? (
        <Skeleton lines={4} />
      ) : phones.isError ? (
        <ErrorState error={phones.error} retry={() => void phones.refetch()} />
      ) : phones.data.items.length === 0 ? (
        <EmptyState icon={<Bot size={26} />} title={t("devices.sim.none")}>
          {t("devices.sim.noneHint")}
        </EmptyState>
      ) : (
        <ul className={styles.phones} aria-label={t("devices.sim.title")}>
          {phones.data.items.map((phone) => (
            <PhoneLine
              key={phone.phone}
              phone={phone}
              linked={
                phone.linkedDeviceIds.length === 0
                  ? t("devices.sim.notLinked")
                  : t("devices.sim.linkedTo", { names: text.list(phone.linkedDeviceIds.map(nameOf)) })
              }
            />
          ))}
        </ul>
      )}
    </Drawer>
  );
}

function PhoneLine({ phone, linked }: { phone: SimulatedPhone; linked: string }) {
  const { t } = useText();
  const [open, setOpen] = useState<"say" | "type" | "trouble" | null>(null);
  const path = `/api/simulated/phones/${encodeURIComponent(phone.phone)}`;
  const cut = useAction({
    run: () => http.post(`${path}/cut`, { seconds: CUT_S }),
    words: () => t("devices.sim.cutDone", { name: phone.name }),
  });
  const unlink = useAction({
    run: () => http.post(`${path}/unlink`),
    changes: [["simulated"], ["devices"], ["overview"]],
    words: () => t("devices.sim.unlinkDone", { name: phone.name }),
  });
  const label = t("devices.sim.menu", { name: phone.name });
  return (
    <li className={styles.phone}>
      <div className={styles.who}>
        <bdi className={styles.name}>{phone.name}</bdi>
        <span>{phone.phone}</span>
        <span className={styles.linked}>{linked}</span>
      </div>
      <Menu
        label={label}
        trigger={<IconButton label={label} icon={<MoreVertical size={18} />} />}
        items={[
          { label: t("devices.sim.say"), icon: <MessageCircle size={17} />, onSelect: () => setOpen("say") },
          { label: t("devices.sim.typeCode"), icon: <Keyboard size={17} />, onSelect: () => setOpen("type") },
          { label: t("devices.sim.cut"), icon: <WifiOff size={17} />, onSelect: () => cut.mutate() },
          { label: t("devices.sim.trouble"), icon: <Zap size={17} />, onSelect: () => setOpen("trouble") },
          "line",
          {
            label: t("devices.sim.unlink"),
            icon: <Unlink size={17} />,
            look: "stop",
            refused: phone.linkedDeviceIds.length === 0 ? linked : undefined,
            onSelect: () => unlink.mutate(),
          },
        ]}
      />
      {open === "say" && <SayDialog phone={phone} path={path} onClose={() => setOpen(null)} />}
      {open === "trouble" && <TroubleDialog phone={phone} path={path} onClose={() => setOpen(null)} />}
      {open === "type" && <TypeDialog phone={phone} path={path} onClose={() => setOpen(null)} />}
    </li>
  );
}

interface PhoneDialogProps {
  phone: SimulatedPhone;
  path: string;
  onClose: () => void;
}

function SayDialog({ phone, path, onClose }: PhoneDialogProps) {
  const text = useText();
  const { t } = text;
  const [from, setFrom] = useState("+60123456789");
  const [body, setBody] = useState("");
  const say = useAction({
    run: () => http.post(`${path}/say`, { from, body }),
    words: () => t("devices.sim.said", { name: phone.name }),
    done: onClose,
    quiet: true,
  });
  const wrongFrom = fieldWords(text, say.error, "from");
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("devices.sim.sayTitle", { name: phone.name })}
      onSubmit={() => say.mutate()}
      actions={
        <Button type="submit" look="primary" busy={say.isPending} disabled={body.trim() === ""}>
          {t("devices.sim.send")}
        </Button>
      }
    >
      <TextInput label={t("devices.sim.from")} error={wrongFrom} type="tel" value={from} onChange={setFrom} />
      <TextArea label={t("devices.sim.body")} value={body} onChange={setBody} autoFocus />
      {say.error !== null && wrongFrom === undefined && <Notice tone="stop">{problemWords(text, say.error)}</Notice>}
    </Dialog>
  );
}

function TypeDialog({ phone, path, onClose }: PhoneDialogProps) {
  const text = useText();
  const { t } = text;
  const [shown, setShown] = useState("");
  const type = useAction({
    run: () => http.post(`${path}/scan`, { shown: shown.replace(/[\s-]/g, "").toUpperCase() }),
    words: () => t("devices.sim.typed", { name: phone.name }),
    changes: [["simulated"], ["devices"]],
    done: onClose,
    quiet: true,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("devices.sim.typeTitle", { name: phone.name })}
      onSubmit={() => type.mutate()}
      actions={
        <Button type="submit" look="primary" busy={type.isPending} disabled={shown.trim() === ""}>
          {t("devices.sim.type")}
        </Button>
      }
    >
      <TextInput
        label={t("devices.sim.shown")}
        value={shown}
        onChange={setShown}
        autoFocus
        autoCapitalize="characters"
        autoComplete="off"
        spellCheck={false}
      />
      {type.error !== null && <Notice tone="stop">{problemWords(text, type.error)}</Notice>}
    </Dialog>
  );
}
