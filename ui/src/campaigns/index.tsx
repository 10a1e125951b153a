import { useState } from "react";
import { useLocation, useRoute } from "wouter";
import { ErrorState, Skeleton } from "../design";
import { Page } from "../shell";
import { useT } from "../text";
import { Builder } from "./Builder";
import { CampaignPage } from "./CampaignPage";
import { CampaignsPage } from "./CampaignsPage";
import { useCampaign } from "./queries";

/** `/campaigns`, and one of them at `/campaigns/{id}`: the builder while it is a draft, the report afterwards. */
export default function Campaigns() {
  const [, one] = useRoute("/campaigns/:id");
  const [, go] = useLocation();
  // A new draft gets its id while it is being written: the writer must not notice.
  const [made, setMade] = useState<string | null>(null);
  if (one === null) return <CampaignsPage />;
  const fresh = one.id === "new" || one.id === made;
  return (
    <One
      key={fresh ? "new" : one.id}
      id={one.id === "new" ? null : one.id}
      fresh={fresh}
      onCreated={(id) => {
        setMade(id);
        go(`/campaigns/${id}${window.location.search}`, { replace: true });
      }}
    />
  );
}

function One({ id, fresh, onCreated }: { id: string | null; fresh: boolean; onCreated: (id: string) => void }) {
  const t = useT();
  const campaign = useCampaign(id);
  const view = campaign.data;
  if (view !== undefined && view.state !== "draft") return <CampaignPage campaign={view} />;
  if (view === undefined && !fresh)
    return (
      <Page title={t("shell.campaigns")} backTo={{ href: "/campaigns", label: t("shell.campaigns") }}>
        {campaign.isError ? (
          <ErrorState error={campaign.error} retry={() => void campaign.refetch()} />
        ) : (
          <Skeleton lines={6} />
        )}
      </Page>
    );
  return <Builder campaign={view ?? null} onCreated={(created) => onCreated(created.id)} />;
}
