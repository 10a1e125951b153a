import { useQueryClient } from "@tanstack/react-query";
import { Button } from "../design";
import { CodeList, Enrolment, useEnrolment } from "../settings/SecondStepDialogs";
import { useSession } from "../shell";
import { useText } from "../text";
import { Door } from "./Door";

/** The workspace asks this person for a second step: nothing else is shown before it is set up. */
export default function SecondStepWanted() {
  const { t } = useText();
  const queries = useQueryClient();
  const { signOut } = useSession();
  const enrolment = useEnrolment();
  if (enrolment.codes !== undefined) {
    return (
      <Door
        title={t("security.codesTitle")}
        hint={t("security.codesHint")}
        onSubmit={() => void queries.invalidateQueries({ queryKey: ["me"] })}
      >
        <CodeList codes={enrolment.codes} />
        <Button type="submit" look="primary" wide>
          {t("security.codesKept")}
        </Button>
      </Door>
    );
  }
  return (
    <Door title={t("security.missingTitle")} hint={t("security.missingHint")} onSubmit={enrolment.confirm}>
      <Enrolment {...enrolment} />
      <Button type="submit" look="primary" wide busy={enrolment.busy} disabled={!enrolment.ready}>
        {t("security.enrolButton")}
      </Button>
      <Button wide onClick={() => void signOut()}>
        {t("security.toSignIn")}
      </Button>
    </Door>
  );
}
