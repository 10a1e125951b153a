import { Route, Switch, useRoute } from "wouter";
import { ImportsPage } from "./import/ImportsPage";
import { ImportWizard } from "./import/ImportWizard";
import { LeadDrawer, NewLead } from "./LeadDrawer";
import { LeadsPage } from "./LeadsPage";

/** `/leads`, one person over it at `/leads/{id}`, imports at `/leads/imports` and `/leads/import/{id}`. */
export default function Leads() {
  const [, one] = useRoute("/leads/:id");
  return (
    <Switch>
      <Route path="/leads/imports" component={ImportsPage} />
      <Route path="/leads/import/:id">{({ id }) => <ImportWizard key={id} id={id === "new" ? null : id} />}</Route>
      <Route>
        <LeadsPage />
        {one !== null && (one.id === "new" ? <NewLead /> : <LeadDrawer key={one.id} id={one.id} />)}
      </Route>
    </Switch>
  );
}
