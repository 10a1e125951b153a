import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSearch } from "wouter";
import type { ArchivePlanInput, ArchiveView } from "../api.gen";
import { Button, Notice, Panel, RadioGroup, Select, TextInput, useAction, useDebounced } from "../design";
import styles from "../design/Wizard.module.css";
import { asProblem, http } from "../http";
import { useAllDevices } from "../leads/queries";
import { useMe } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import { allZones, zoneName } from "../time";
import { MeaningTable } from "./MeaningTable";
import { useChatsOf } from "./queries";

interface Answers {
  deviceId: string;
  chat: "number" | "existing" | "column";
  phone: string;
  chatId: string;
  me: string;
  zone: string;
  order: ArchivePlanInput["order"];
  mapping: ArchivePlanInput["mapping"];
}

type Lack = "device" | "phone" | "chat" | "time" | "text" | "chatColumn" | "direction" | "twice";

const NUMBER = /^\+[\d\s()-]{7,}$/;

/** Whose messages these are: the device, the chat, which side is ours, and how times are to be read. */
export function PlanStep({ view, onPlanned }: { view: ArchiveView; onPlanned: () => void }) {
  const text = useText();
  const { t } = text;
  const { workspace } = useMe();
  const queries = useQueryClient();
  const asked = new URLSearchParams(useSearch()).get("device") ?? "";
  const devices = useAllDevices();
  const [answers, setAnswers] = useState(() => firstAnswers(view, asked, workspace.zone));
  const set = (changes: Partial<Answers>) => setAnswers((before) => ({ ...before, ...changes }));
  const all = devices.data ?? [];
  const deviceId = answers.deviceId || (all.length === 1 ? (all[0]?.id ?? "") : "");
  const plan = useAction({
    run: () =>
      http.put<ArchiveView>(
        `/api/archives/${view.id}/plan`,
        toPlan(answers, deviceId, workspace.region) satisfies ArchivePlanInput,
      ),
    done: (next) => {
      queries.setQueryData(["archive", view.id], next);
      onPlanned();
    },
    changes: [["archive", view.id], ["archives"]],
    quiet: true,
  });
  const wrong = (name: string) => fieldWords(text, plan.error, name);
  const lacks = lacking(view, answers, deviceId);
  const named = new Set(["phone", "chatId", "me", "zone"]);
  const isElsewhere = plan.error !== null && !Object.keys(asProblem(plan.error).fields).some((each) => named.has(each));
  const isTable = view.found.kind === "table";
  return (
    <div className={styles.stack}>
      <p className={styles.facts}>
        {t(isTable ? "archive.foundTable" : "archive.foundChat", { count: view.found.messages })}{" "}
        {view.found.files > 0 && t("archive.foundFiles", { count: view.found.files })}
      </p>
      {isTable && (
        <Panel title={t("archive.columns")} id="archive-columns">
          <MeaningTable view={view} mapping={answers.mapping} onChange={(mapping) => set({ mapping })} />
        </Panel>
      )}
      <Panel title={t("archive.where")} id="archive-where">
        <Select
          label={t("archive.device")}
          hint={t("archive.deviceHint")}
          value={deviceId}
          onChange={(next) => set({ deviceId: next, chatId: "" })}
          options={[
            ...(deviceId === "" ? [{ value: "", label: t("archive.choose") }] : []),
            ...all.map((device) => ({ value: device.id, label: device.name })),
          ]}
        />
        <RadioGroup<Answers["chat"]>
          label={t("archive.withWhom")}
          value={answers.chat}
          onChange={(chat) => set({ chat })}
          choices={[
            ...(isTable ? [{ value: "column" as const, label: t("archive.byColumn") }] : []),
            { value: "number", label: t("archive.byNumber") },
            { value: "existing", label: t("archive.byChat"), hint: t("archive.byChatHint") },
          ]}
        />
        {answers.chat === "number" && (
          <TextInput
            label={t("archive.phone")}
            hint={t("leads.field.phoneHint")}
            type="tel"
            inputMode="tel"
            autoComplete="off"
            dir="ltr"
            value={answers.phone}
            onChange={(phone) => set({ phone })}
            error={wrong("phone")}
          />
        )}
        {answers.chat === "existing" && (
          <ExistingChat
            deviceId={deviceId}
            first={view.found.partner}
            chosen={answers.chatId}
            onChoose={(chatId) => set({ chatId })}
            error={wrong("chatId")}
          />
        )}
      </Panel>
      <Panel title={t("archive.reading.title")} id="archive-reading">
        <OwnSide view={view} me={answers.me} onChange={(me) => set({ me })} error={wrong("me")} />
        {view.found.order !== "year_first" && (
          <>
            {view.found.isOrderOpen && <Notice tone="wait">{t("archive.orderOpen")}</Notice>}
            <RadioGroup<Answers["order"]>
              label={t("archive.order")}
              value={answers.order}
              onChange={(order) => set({ order })}
              choices={[
                { value: "day_first", label: t("archive.order.day_first") },
                { value: "month_first", label: t("archive.order.month_first") },
              ]}
            />
          </>
        )}
        <Select
          label={t("archive.zone")}
          hint={t("archive.zoneHint")}
          value={answers.zone}
          onChange={(zone) => set({ zone })}
          error={wrong("zone")}
          options={allZones(answers.zone).map((zone) => ({ value: zone, label: zoneName(zone) }))}
        />
      </Panel>
      {isElsewhere && <Notice tone="stop">{problemWords(text, plan.error)}</Notice>}
      {lacks.length > 0 && (
        <Notice tone="wait" title={t("import.lacks")}>
          <ul>
            {lacks.map((lack) => (
              <li key={lack}>{t(`archive.lack.${lack}`)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div className={styles.actions}>
        <Button look="primary" busy={plan.isPending} disabled={lacks.length > 0} onClick={() => plan.mutate()}>
          {t("archive.check")}
        </Button>
      </div>
    </div>
  );
}

function ExistingChat(props: {
  deviceId: string;
  first: string;
  chosen: string;
  onChoose: (chatId: string) => void;
  error: string | undefined;
}) {
  const { t } = useText();
  const [words, setWords] = useState(props.first);
  const chats = useChatsOf(props.deviceId, useDebounced(words, 250));
  const found = chats.data?.items ?? [];
  return (
    <div className={styles.pair}>
      <TextInput label={t("archive.findChat")} value={words} onChange={setWords} dir="auto" autoComplete="off" />
      <Select
        label={t("archive.chat")}
        value={props.chosen}
        onChange={props.onChoose}
        error={props.error}
        hint={chats.isSuccess && found.length === 0 ? t("archive.noChatFound") : undefined}
        options={[
          { value: "", label: t("archive.choose") },
          ...found.map((chat) => ({ value: chat.id, label: chat.name || chat.phone || chat.address })),
        ]}
      />
    </div>
  );
}

function OwnSide(props: { view: ArchiveView; me: string; onChange: (me: string) => void; error: string | undefined }) {
  const { t } = useText();
  const { found } = props.view;
  if (found.kind === "table")
    return (
      <TextInput
        label={t("archive.meInTable")}
        hint={t("archive.meInTableHint")}
        value={props.me}
        onChange={props.onChange}
        error={props.error}
        dir="auto"
      />
    );
  return (
    <Select
      label={t("archive.me")}
      hint={t("archive.meHint")}
      value={props.me}
      onChange={props.onChange}
      error={props.error}
      options={[
        ...found.people.map((person) => ({ value: person, label: person })),
        { value: "", label: t("archive.meNobody") },
      ]}
    />
  );
}

function firstAnswers(view: ArchiveView, deviceId: string, zone: string): Answers {
  const { plan, found } = view;
  const others = found.people.filter((person) => person !== found.me);
  const number = [found.partner, ...others].find((name) => NUMBER.test(name)) ?? "";
  const byColumn = Object.values(found.guess).includes("chat");
  return {
    deviceId: plan?.deviceId ?? deviceId,
    chat: byColumn ? "column" : others.length > 1 ? "existing" : "number",
    phone: plan?.address.startsWith("+") ? plan.address : number,
    chatId: "",
    me: plan?.me ?? found.me,
    zone: plan?.zone ?? zone,
    order: plan?.order ?? found.order,
    mapping: plan?.mapping ?? found.guess,
  };
}

function toPlan(answers: Answers, deviceId: string, region: string): ArchivePlanInput {
  return {
    deviceId,
    chatId: answers.chat === "existing" ? answers.chatId : null,
    phone: answers.chat === "number" ? answers.phone.trim() : "",
    me: answers.me,
    zone: answers.zone,
    order: answers.order,
    region,
    mapping: answers.mapping,
  };
}

/** What still keeps the file from being checked. */
function lacking(view: ArchiveView, answers: Answers, deviceId: string): Lack[] {
  const meanings = Object.values(answers.mapping).filter((each) => each !== "ignore");
  const isTable = view.found.kind === "table";
  const has = (meaning: (typeof meanings)[number]) => meanings.includes(meaning);
  const lacks: Record<Lack, boolean> = {
    device: deviceId === "",
    phone: answers.chat === "number" && answers.phone.trim() === "",
    chat: answers.chat === "existing" && answers.chatId === "",
    twice: isTable && new Set(meanings).size < meanings.length,
    time: isTable && !has("time"),
    text: isTable && !has("text") && !has("file"),
    chatColumn: isTable && answers.chat === "column" && !has("chat"),
    direction: isTable && !has("direction") && !(has("sender") && answers.me.trim() !== ""),
  };
  return (Object.keys(lacks) as Lack[]).filter((lack) => lacks[lack]);
}
