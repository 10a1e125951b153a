import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ImportPlan, ImportView } from "../../api.gen";
import {
  Button,
  DateTime,
  Notice,
  Panel,
  PickMany,
  RadioGroup,
  Select,
  Table,
  TextInput,
  useAction,
} from "../../design";
import styles from "../../design/Wizard.module.css";
import { asProblem, http } from "../../http";
import { useMe } from "../../shell";
import { fieldWords, problemWords, type Text, useText } from "../../text";
import { useAllDevices } from "../queries";
import { splitItems } from "../words";

type Meaning = ImportPlan["mapping"][string];

const MEANINGS = [
  "phone",
  "name",
  "niche",
  "status",
  "triggers",
  "note",
  "zone",
  "language",
  "consent",
  "consent_source",
  "consent_date",
  "variable",
  "ignore",
] as const satisfies readonly Meaning[];

/** Meanings that several columns may share. */
const MAY_REPEAT: ReadonlySet<Meaning> = new Set<Meaning>(["niche", "triggers", "variable", "ignore"]);

const REGIONS = ["MY", "SG", "ID", "BN", "TH", "PH", "VN", "IN", "CN", "HK", "TW", "JP", "AU", "GB", "US"];
const ANY_REGION = "ZZ";

type ConsentAnswer = "" | "file" | "columns" | "none";

interface Answers {
  mapping: ImportPlan["mapping"];
  answer: ConsentAnswer;
  source: string;
  givenAt: string | null;
  spread: boolean;
  deviceIds: string[];
  duplicates: ImportPlan["duplicates"];
  niches: string;
  status: ImportPlan["status"];
  region: string;
}

/** What the columns mean, how the people agreed, and where they go. */
export function MapStep({ view, onPlanned }: { view: ImportView; onPlanned: () => void }) {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const queries = useQueryClient();
  const [answers, setAnswers] = useState<Answers>(() => firstAnswers(view, me.workspace.region));
  const set = (changes: Partial<Answers>) => setAnswers((old) => ({ ...old, ...changes }));
  const save = useAction({
    run: () => http.put<ImportView>(`/api/imports/${view.id}/mapping`, planOf(answers)),
    changes: [["import", view.id], ["imports"]],
    done: (next) => {
      queries.setQueryData(["import", view.id], next);
      onPlanned();
    },
    quiet: true,
  });
  const lacks = lacking(answers);
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        if (lacks.length === 0) save.mutate();
      }}
    >
      <Panel title={t("import.map.title")} id="import-map">
        <p className={styles.facts}>{readAs(text, view)}</p>
        <Columns view={view} mapping={answers.mapping} onChange={(mapping) => set({ mapping })} />
      </Panel>
      <ConsentQuestion answers={answers} set={set} error={save.error} />
      <Panel title={t("import.where.title")} id="import-where">
        <Where answers={answers} set={set} region={me.workspace.region} />
      </Panel>
      {save.error !== null && <Notice tone="stop">{refusalWords(text, save.error)}</Notice>}
      {lacks.length > 0 && (
        <Notice tone="wait" title={t("import.lacks")}>
          <ul>
            {lacks.map((lack) => (
              <li key={lack}>{t(`import.lack.${lack}`)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={save.isPending} disabled={lacks.length > 0}>
          {t("import.check")}
        </Button>
      </div>
    </form>
  );
}

function firstAnswers(view: ImportView, region: string): Answers {
  const { plan } = view;
  const mapping = plan?.mapping ?? view.guess;
  const answer = plan === null ? "" : plan.consent !== null ? "file" : hasConsentColumn(mapping) ? "columns" : "none";
  return {
    mapping,
    answer: plan === null && hasConsentColumn(mapping) ? "columns" : answer,
    source: plan?.consent?.source ?? "",
    givenAt: plan?.consent?.givenAt ?? null,
    spread: (plan?.deviceIds.length ?? 0) > 0,
    deviceIds: plan?.deviceIds ?? [],
    duplicates: plan?.duplicates ?? "fill_empty",
    niches: plan?.niches.join(", ") ?? "",
    status: plan?.status ?? "prospect",
    region: plan?.region ?? region,
  };
}

function planOf(answers: Answers): ImportPlan {
  return {
    mapping: answers.mapping,
    deviceIds: answers.spread ? answers.deviceIds : [],
    duplicates: answers.duplicates,
    consent:
      answers.answer === "file" && answers.givenAt !== null
        ? { source: answers.source.trim(), givenAt: answers.givenAt }
        : null,
    niches: splitItems(answers.niches),
    status: answers.status,
    region: answers.region,
  };
}

function hasConsentColumn(mapping: ImportPlan["mapping"]): boolean {
  return Object.values(mapping).includes("consent");
}

type Lack = "phone" | "twice" | "answer" | "columns" | "source" | "givenAt" | "devices";

/** What still keeps the file from being checked. */
function lacking(answers: Answers): Lack[] {
  const meanings = Object.values(answers.mapping);
  const twice = meanings.some((each, index) => !MAY_REPEAT.has(each) && meanings.indexOf(each) !== index);
  const lacks: Record<Lack, boolean> = {
    phone: !meanings.includes("phone"),
    twice,
    answer: answers.answer === "",
    columns: answers.answer === "columns" && !hasConsentColumn(answers.mapping),
    source: answers.answer === "file" && answers.source.trim() === "",
    givenAt: answers.answer === "file" && answers.givenAt === null,
    devices: answers.spread && answers.deviceIds.length === 0,
  };
  return (Object.keys(lacks) as Lack[]).filter((lack) => lacks[lack]);
}

function refusalWords(text: Text, error: unknown): string {
  const fields = asProblem(error).fields;
  const first = Object.keys(fields)[0];
  return (first === undefined ? undefined : fieldWords(text, error, first)) ?? problemWords(text, error);
}

function readAs(text: Text, view: ImportView): string {
  const size = text.number(Math.max(1, Math.round(view.fileSize / 1024)));
  if (view.kind === "xlsx") return text.t("import.readWorkbook", { size });
  return text.t("import.readText", {
    size,
    encoding: (view.encoding ?? "").toUpperCase(),
    delimiter: text.maybe(`import.delimiter.${view.delimiter ?? ","}`) ?? String(view.delimiter),
  });
}

function Columns(props: {
  view: ImportView;
  mapping: ImportPlan["mapping"];
  onChange: (mapping: ImportPlan["mapping"]) => void;
}) {
  const { view, mapping, onChange } = props;
  const text = useText();
  const { t } = text;
  const meanings = Object.values(mapping);
  const rows = view.columns.map((title, index) => ({ index, title }));
  return (
    <Table
      label={t("import.map.title")}
      rows={rows}
      rowKey={(row) => String(row.index)}
      columns={[
        {
          id: "title",
          header: t("import.map.column"),
          rowHeader: true,
          cell: (row) => <bdi>{titleOf(text, row)}</bdi>,
        },
        {
          id: "samples",
          header: t("import.map.samples"),
          cell: (row) => (
            <span className={styles.samples}>
              {view.sample.slice(0, 3).map((cells, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: sample rows have no identity
                <bdi key={at}>{cells[row.index] || "–"}</bdi>
              ))}
            </span>
          ),
        },
        {
          id: "meaning",
          header: t("import.map.meaning"),
          cell: (row) => {
            const meaning = mapping[String(row.index)] ?? "ignore";
            const twice = !MAY_REPEAT.has(meaning) && meanings.filter((each) => each === meaning).length > 1;
            return (
              <div className={styles.meaning}>
                <Select
                  label={t("import.map.meaningOf", { column: titleOf(text, row) })}
                  labelHidden
                  value={meaning}
                  onChange={(next) => onChange({ ...mapping, [String(row.index)]: next })}
                  error={twice ? t("import.map.twice") : undefined}
                  options={MEANINGS.map((each) => ({ value: each, label: t(`import.meaning.${each}`) }))}
                />
              </div>
            );
          },
        },
      ]}
    />
  );
}

function titleOf(text: Text, column: { index: number; title: string }): string {
  return column.title.trim() === "" ? text.t("import.map.unnamed", { number: column.index + 1 }) : column.title;
}

function ConsentQuestion(props: { answers: Answers; set: (changes: Partial<Answers>) => void; error: unknown }) {
  const { answers, set } = props;
  const text = useText();
  const { t } = text;
  const columns = hasConsentColumn(answers.mapping);
  const wrong = (...names: string[]) =>
    names.map((name) => fieldWords(text, props.error, name)).find((words) => words !== undefined);
  return (
    <Panel title={t("import.consent.title")} id="import-consent">
      <p>{t("import.consent.why")}</p>
      <RadioGroup<ConsentAnswer>
        label={t("import.consent.question")}
        value={answers.answer}
        onChange={(answer) => set({ answer })}
        choices={[
          { value: "file", label: t("import.consent.file"), hint: t("import.consent.fileHint") },
          {
            value: "columns",
            label: t("import.consent.columns"),
            hint: t(columns ? "import.consent.columnsHint" : "import.consent.columnsMissing"),
            disabled: !columns,
          },
          {
            value: "none",
            label: t("import.consent.none"),
            hint: t(columns ? "import.consent.noneButColumns" : "import.consent.noneHint"),
            disabled: columns,
          },
        ]}
      />
      {answers.answer === "file" && (
        <div className={styles.pair}>
          <TextInput
            label={t("import.consent.source")}
            hint={t("import.consent.sourceHint")}
            value={answers.source}
            onChange={(source) => set({ source })}
            error={wrong("consentSource")}
            dir="auto"
          />
          <DateTime
            label={t("import.consent.givenAt")}
            value={answers.givenAt}
            onChange={(givenAt) => set({ givenAt })}
            error={wrong("consentAt")}
          />
        </div>
      )}
    </Panel>
  );
}

function Where(props: { answers: Answers; set: (changes: Partial<Answers>) => void; region: string }) {
  const { answers, set } = props;
  const text = useText();
  const { t } = text;
  const devices = useAllDevices();
  const names = new Intl.DisplayNames(text.locale, { type: "region" });
  const regions = [...new Set([props.region, answers.region, ...REGIONS])].filter((each) => each !== ANY_REGION);
  return (
    <>
      <RadioGroup
        label={t("import.devices")}
        value={answers.spread ? "spread" : "pool"}
        onChange={(next) => set({ spread: next === "spread" })}
        choices={[
          { value: "pool", label: t("import.toPool"), hint: t("import.toPoolHint") },
          { value: "spread", label: t("import.spread"), hint: t("import.spreadHint") },
        ]}
      />
      {answers.spread && (
        <PickMany
          label={t("import.spreadOver")}
          options={(devices.data ?? []).map((device) => ({ id: device.id, label: device.name }))}
          selected={answers.deviceIds}
          onChange={(deviceIds) => set({ deviceIds })}
          none={t("import.spreadNone")}
        />
      )}
      <RadioGroup
        label={t("import.duplicates")}
        value={answers.duplicates}
        onChange={(duplicates) => set({ duplicates })}
        choices={(["fill_empty", "keep_existing", "overwrite"] as const).map((value) => ({
          value,
          label: t(`import.duplicates.${value}`),
          hint: t(`import.duplicates.${value}Hint`),
        }))}
      />
      <div className={styles.pair}>
        <TextInput
          label={t("import.niches")}
          hint={t("import.nichesHint")}
          value={answers.niches}
          onChange={(niches) => set({ niches })}
          dir="auto"
        />
        <Select
          label={t("import.status")}
          hint={t("import.statusHint")}
          value={answers.status}
          onChange={(status) => set({ status })}
          options={[
            { value: "prospect", label: t("leads.status.prospect") },
            { value: "customer", label: t("leads.status.customer") },
          ]}
        />
      </div>
      <Select
        label={t("import.region")}
        hint={t("import.regionHint")}
        value={answers.region}
        onChange={(region) => set({ region })}
        options={[
          ...regions.map((region) => ({ value: region, label: names.of(region) ?? region })),
          { value: ANY_REGION, label: t("import.anyRegion") },
        ]}
      />
    </>
  );
}
