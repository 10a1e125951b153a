import { useLocation, useRoute } from "wouter";
import { type Tab, Tabs } from "../design";
import { NotFound, Page, useMay } from "../shell";
import { useT } from "../text";
import { AuditTab } from "./AuditTab";
import { KeepingTab } from "./KeepingTab";
import { KeysTab } from "./KeysTab";
import { ProfileTab } from "./ProfileTab";
import { ProtectionTab } from "./ProtectionTab";
import { SecurityTab } from "./SecurityTab";
import { SystemTab } from "./SystemTab";
import { TeamTab } from "./TeamTab";
import { WorkspaceTab } from "./WorkspaceTab";

/** The workspace, its protection, what is kept, its team and oneself; each part has its own address. */
export default function Settings() {
  const t = useT();
  const may = useMay();
  const [, go] = useLocation();
  const [, params] = useRoute("/settings/:part");
  const tabs: Tab[] = [
    { id: "workspace", label: t("settings.workspace"), content: <WorkspaceTab /> },
    { id: "protection", label: t("settings.protection"), content: <ProtectionTab /> },
    ...(may("workspace:edit") ? [{ id: "keeping", label: t("settings.keeping"), content: <KeepingTab /> }] : []),
    ...(may("user:read") ? [{ id: "team", label: t("settings.team"), content: <TeamTab /> }] : []),
    ...(may("key:edit") ? [{ id: "keys", label: t("keys.tab"), content: <KeysTab /> }] : []),
    ...(may("audit:read") ? [{ id: "audit", label: t("audit.tab"), content: <AuditTab /> }] : []),
    ...(may("system:read") ? [{ id: "system", label: t("system.tab"), content: <SystemTab /> }] : []),
    { id: "profile", label: t("settings.profile"), content: <ProfileTab /> },
    { id: "security", label: t("security.tab"), content: <SecurityTab /> },
  ];
  const part = params?.part ?? "workspace";
  if (!tabs.some((tab) => tab.id === part)) return <NotFound />;
  return (
    <Page title={t("shell.settings")}>
      <Tabs label={t("settings.tabs")} tabs={tabs} value={part} onChange={(id) => go(`/settings/${id}`)} />
    </Page>
  );
}
