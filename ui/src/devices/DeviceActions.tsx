import { useQueryClient } from "@tanstack/react-query";
import {
  Link2,
  MessagesSquare,
  MoreVertical,
  Pencil,
  Play,
  Power,
  QrCode,
  RefreshCw,
  Square,
  Trash2,
} from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { DeviceView } from "../api.gen";
import {
  Button,
  ConfirmDialog,
  Dialog,
  IconButton,
  Menu,
  type MenuEntry,
  Notice,
  RadioGroup,
  TextInput,
  useAction,
} from "../design";
import { http } from "../http";
import { useMay } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import { putDevice } from "./queries";
import { hasLostLink, isLinkable, RUNNING } from "./words";

type Question = "rename" | "stop" | "log-out" | "delete";
type Ask = (question: Question, device: DeviceView) => void;

const AskContext = createContext<Ask | null>(null);

/** The questions that actions on a device ask, wherever the action was chosen. */
export function DeviceActions({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ question: Question; device: DeviceView } | null>(null);
  const ask = useCallback<Ask>((question, device) => setAsked({ question, device }), []);
  const close = () => setAsked(null);
  return (
    <AskContext value={ask}>
      {children}
      {asked?.question === "rename" && <RenameDialog device={asked.device} onClose={close} />}
      {asked?.question === "stop" && <StopDialog device={asked.device} onClose={close} />}
      {asked?.question === "log-out" && <LogOutDialog device={asked.device} onClose={close} />}
      {asked?.question === "delete" && <DeleteDialog device={asked.device} onClose={close} />}
    </AskContext>
  );
}

interface QuestionProps {
  device: DeviceView;
  onClose: () => void;
}

function useCommand(device: DeviceView, verb: "stop" | "start" | "log-out" | "refresh") {
  const queries = useQueryClient();
  const { t } = useText();
  const words = verb === "log-out" ? "logOut" : verb;
  return useAction({
    run: () => http.post<DeviceView>(`/api/devices/${device.id}/${verb}`),
    done: (fresh) => putDevice(queries, fresh),
    words: () => t(`devices.done.${words}`, { name: device.name }),
    changes: [["devices"], ["overview"]],
    quiet: verb === "stop" || verb === "log-out",
  });
}

function RenameDialog({ device, onClose }: QuestionProps) {
  const text = useText();
  const { t } = text;
  const queries = useQueryClient();
  const [name, setName] = useState(device.name);
  const rename = useAction({
    run: () => http.patch<DeviceView>(`/api/devices/${device.id}`, { name }),
    done: (fresh) => {
      putDevice(queries, fresh);
      onClose();
    },
    words: (fresh) => t("devices.done.rename", { name: fresh.name }),
    quiet: true,
  });
  const wrong = fieldWords(text, rename.error, "name");
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("devices.rename.title", { name: device.name })}
      onSubmit={() => rename.mutate()}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={rename.isPending}>
            {t("shell.save")}
          </Button>
        </>
      }
    >
      <TextInput
        label={t("devices.name")}
        hint={t("devices.nameHint")}
        error={wrong}
        value={name}
        onChange={setName}
        maxLength={80}
        autoFocus
        dir="auto"
      />
      {rename.error !== null && wrong === undefined && <Notice tone="stop">{problemWords(text, rename.error)}</Notice>}
    </Dialog>
  );
}

function StopDialog({ device, onClose }: QuestionProps) {
  const { t } = useText();
  const stop = useCommand(device, "stop");
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t("devices.stop.title", { name: device.name })}
      consequence={sentences(
        t("devices.stop.consequence"),
        device.queued > 0 && t("devices.stop.queued", { count: device.queued }),
      )}
      confirmLabel={t("devices.action.stop")}
      onConfirm={() => stop.mutateAsync()}
    />
  );
}

function LogOutDialog({ device, onClose }: QuestionProps) {
  const { t } = useText();
  const logOut = useCommand(device, "log-out");
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t("devices.logOut.title", { name: device.name })}
      consequence={sentences(
        t("devices.logOut.consequence"),
        device.queued > 0 && t("devices.logOut.queued", { count: device.queued }),
      )}
      confirmLabel={t("devices.action.logOut")}
      onConfirm={() => logOut.mutateAsync()}
    />
  );
}

function DeleteDialog({ device, onClose }: QuestionProps) {
  const { t } = useText();
  const [, go] = useLocation();
  const [history, setHistory] = useState<"keep" | "drop">("keep");
  const remove = useAction({
    run: () => http.delete(`/api/devices/${device.id}`, { keepHistory: history === "keep" }),
    done: () => go("/devices"),
    words: () => t("devices.done.delete", { name: device.name }),
    changes: [["devices"], ["overview"]],
    quiet: true,
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t("devices.delete.title", { name: device.name })}
      consequence={sentences(
        t("devices.delete.consequence"),
        device.queued > 0 ? t("devices.delete.queued", { count: device.queued }) : t("devices.delete.noneQueued"),
      )}
      confirmLabel={t("devices.delete.confirm")}
      onConfirm={() => remove.mutateAsync()}
    >
      <RadioGroup
        label={t("devices.delete.history")}
        value={history}
        onChange={setHistory}
        choices={[
          { value: "keep", label: t("devices.delete.keep"), hint: t("devices.delete.keepHint") },
          { value: "drop", label: t("devices.delete.drop"), hint: t("devices.delete.dropHint") },
        ]}
      />
    </ConfirmDialog>
  );
}

function sentences(...parts: (string | false)[]): string {
  return parts.filter(Boolean).join(" ");
}

/** The address of something of a device; the list keeps its filter behind it. */
export function useDevicePath(): (id: string, what?: "link") => string {
  const search = useSearch();
  return useCallback(
    (id, what) => `/devices/${id}${what === undefined ? "" : `/${what}`}${search === "" ? "" : `?${search}`}`,
    [search],
  );
}

/** What can be done with a device in its present state, the most useful first. */
export function useDeviceMenu(device: DeviceView, withOpen: boolean): { main: MainAction | null; items: MenuEntry[] } {
  const { t } = useText();
  const may = useMay();
  const ask = useContext(AskContext);
  const [, go] = useLocation();
  const path = useDevicePath();
  const start = useCommand(device, "start");
  const refresh = useCommand(device, "refresh");
  const items: MenuEntry[] = [];
  const link = () => go(path(device.id, "link"));
  const running = RUNNING.has(device.state);
  const main = mainAction(device, may("device:link"), may("device:edit"));
  if (withOpen) items.push({ label: t("devices.action.open"), onSelect: () => go(path(device.id)) });
  if (may("device:edit"))
    items.push({
      label: t("devices.action.rename"),
      icon: <Pencil size={17} />,
      onSelect: () => ask?.("rename", device),
    });
  if (may("device:link") && isLinkable(device))
    items.push({
      label: t(device.phone === null ? "devices.action.link" : "devices.action.relink"),
      icon: <QrCode size={17} />,
      onSelect: link,
    });
  if (may("device:edit") && running) {
    items.push({
      label: t("devices.action.refresh"),
      icon: <RefreshCw size={17} />,
      onSelect: () => refresh.mutate(),
    });
    items.push({
      label: t("devices.action.stop"),
      icon: <Square size={17} />,
      onSelect: () => ask?.("stop", device),
    });
  }
  if (may("device:edit") && device.state === "stopped")
    items.push({ label: t("devices.action.start"), icon: <Play size={17} />, onSelect: () => start.mutate() });
  if (may("device:link") && (running || device.state === "stopped"))
    items.push({
      label: t("devices.action.logOut"),
      icon: <Power size={17} />,
      onSelect: () => ask?.("log-out", device),
    });
  if (may("device:edit"))
    items.push({
      label: t("archive.title"),
      icon: <MessagesSquare size={17} />,
      onSelect: () => go(`/devices/archives/new?device=${device.id}`),
    });
  if (may("device:edit"))
    items.push("line", {
      label: t("devices.action.delete"),
      icon: <Trash2 size={17} />,
      look: "stop",
      onSelect: () => ask?.("delete", device),
    });
  const act = main === "start" ? () => start.mutate() : link;
  return { main: main === null ? null : { kind: main, act, busy: start.isPending }, items };
}

export interface MainAction {
  kind: "link" | "relink" | "showLink" | "start";
  act: () => void;
  busy: boolean;
}

function mainAction(device: DeviceView, mayLink: boolean, mayEdit: boolean): MainAction["kind"] | null {
  if (hasLostLink(device)) return mayLink ? "relink" : null;
  if (device.state === "stopped") return mayEdit ? "start" : null;
  if (!mayLink) return null;
  if (device.state === "linking") return "showLink";
  if (device.state === "unlinked") return "link";
  return device.state === "logged_out" ? "relink" : null;
}

/** The one button a device needs just now, if any. */
export function MainButton({
  action,
  name,
  small = false,
}: {
  action: MainAction | null;
  name: string;
  small?: boolean;
}) {
  const { t } = useText();
  if (action === null) return null;
  const words = t(`devices.action.${action.kind}`);
  return (
    <Button
      look={small ? "plain" : "primary"}
      size={small ? "small" : "normal"}
      icon={action.kind === "start" ? <Play size={16} /> : <Link2 size={16} />}
      aria-label={`${words}: ${name}`}
      busy={action.busy}
      onClick={action.act}
    >
      {words}
    </Button>
  );
}

/** The button with three dots. */
export function DeviceMenu({ device, items }: { device: DeviceView; items: readonly MenuEntry[] }) {
  const { t } = useText();
  if (items.length === 0) return null;
  const label = t("devices.menu", { name: device.name });
  return <Menu label={label} trigger={<IconButton label={label} icon={<MoreVertical size={18} />} />} items={items} />;
}
