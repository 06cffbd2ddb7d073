"""The sentence for every refusal: what is in the way, and what to do instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from words.days import moment
from words.labels import LABELS
from workflow.refusal import Refused
from workflow.vocabulary import Stage

REFUSALS: dict[str, LazyString] = {
    # workflow.questionnaires, operations.questionnaires and operations.ballots
    "questionnaire_empty": _l("Ask at least one question."),
    "questionnaire_too_long": _l("Ask at most %(most)s questions: short is answered more often."),
    "questionnaire_too_wordy": _l("Ask for a judgement in words at most %(most)s times."),
    "question_not_worded": _l("Write question %(number)s in all three languages."),
    "question_without_options": _l(
        "Question %(number)s is a choice: give it from %(least)s to %(most)s options, each in all "
        "three languages."
    ),
    "no_such_answer": _l("Choose one of those shown."),
    "nothing_answered": _l("Answer at least one question before you send it."),
    "rounds_overlap": _l(
        "A round would still be open when the next one begins: keep it open for fewer days."
    ),
    "round_is_over": _l("This questionnaire has closed. Your answers were not taken."),
    "taken_part_already": _l("You have taken part already: everybody answers once."),
    "round_not_counted": _l(
        "The round has not been counted yet. Answer it when its results stand."
    ),
    "round_not_due": _l("It is not due."),
    "questionnaire_still_holds": _l(
        "Staff have been asked about this, so what waits for their answers cannot be let go "
        "before the results stand and are answered officially."
    ),
    "waits_for_questionnaire": _l(
        "This waits for the questionnaire %(questionnaire)s: it can start when a round of it has "
        "been counted and officially answered. Until then you can prepare it without putting it "
        "in force."
    ),
    # workflow.pathway
    "not_your_part": _l(
        "This step is not yours: it belongs to those who hold the duty for this award."
    ),
    "not_at_this_stage": _l("The case is at another stage now, so this cannot be done any more."),
    # workflow.conflicts
    "barred_as_nominator": _l(
        "You nominated in this case, so a colleague who did not has to judge it."
    ),
    "barred_as_nominee": _l(
        "You are nominated in this case, so a colleague who is not has to judge it."
    ),
    "barred_as_line_manager": _l(
        "A nominee of this case reports to you, so somebody outside the reporting line has to "
        "judge it."
    ),
    "barred_as_report": _l(
        "You report to a nominee of this case, so somebody outside the reporting line has to "
        "judge it."
    ),
    "barred_as_manager_of_nominator": _l(
        "The nominator of this case reports to you, so somebody outside the reporting line has "
        "to judge it."
    ),
    "barred_as_report_of_nominator": _l(
        "You report to the nominator of this case, so somebody outside the reporting line has to "
        "judge it."
    ),
    "barred_as_declared": _l(
        "It is declared that you do not judge cases of somebody in this one, so a colleague has to."
    ),
    "barred_as_co_nominated": _l(
        "You were nominated together with a nominee of this case within a year, so somebody else "
        "has to judge it."
    ),
    "barred_as_reciprocal": _l(
        "Within a year you nominated somebody in this case or were nominated by them, so somebody "
        "else has to judge it."
    ),
    "barred_as_recused": _l("You stepped aside from this case, so a colleague judges it."),
    "barred_as_team_mate": _l(
        "You work in the nominee's team, and this award leaves judging to other teams."
    ),
    "barred_as_appealed_against": _l(
        "You took part in what the appeal has overturned, so other people judge it now."
    ),
    "barred_as_earlier_part": _l(
        "You took part in this case at another stage, so somebody who did not has to judge it."
    ),
    # workflow.assignment
    "held_by_another_judge": _l(
        "This case is in the hands of another colleague with your duty. If you should judge it "
        "instead, ask a scheme manager to hand it to you."
    ),
    # operations.routing, operations.judging
    "not_entrusted_with_it": _l(
        "This colleague does not hold the duty that the case asks for. Choose one who does."
    ),
    "holds_it_already": _l("The case is in this colleague's hands already."),
    "hands_are_full": _l("Say instead of whom: enough judges hold this case already."),
    "bound_to_oneself": _l("Name somebody else: this is about two people."),
    "declared_already": _l("This is declared already for %(name)s."),
    "declared_by_another": _l(
        "Your colleague declared this. They can end it, or a scheme manager can."
    ),
    # operations.absences
    "away_ends_early": _l("The last day lies before the first."),
    "away_is_over": _l("The last day has passed. Choose today or a later day."),
    "own_substitute": _l("Nobody stands in for themselves. Name somebody else, or nobody."),
    "no_such_substitute": _l("This colleague does not work here now. Name somebody else."),
    "own_case_to_hand_over": _l(
        "You are bound to a case that this would give to another judge. Another scheme manager "
        "has to do it."
    ),
    "scheme_managers_only": _l("Only scheme managers can do this."),
    "unfit_as_nominator": _l("This colleague nominated in the case. Choose another one."),
    "unfit_as_nominee": _l("This colleague is nominated in the case. Choose another one."),
    "unfit_as_line_manager": _l(
        "A nominee reports to this colleague. Choose somebody outside the reporting line."
    ),
    "unfit_as_report": _l(
        "This colleague reports to a nominee. Choose somebody outside the reporting line."
    ),
    "unfit_as_manager_of_nominator": _l(
        "The nominator reports to this colleague. Choose somebody outside the reporting line."
    ),
    "unfit_as_report_of_nominator": _l(
        "This colleague reports to the nominator. Choose somebody outside the reporting line."
    ),
    "unfit_as_declared": _l(
        "It is declared that this colleague does not judge cases of somebody in this one. Choose "
        "another one."
    ),
    "unfit_as_team_mate": _l(
        "This colleague works in the nominee's team, and this award leaves judging to other teams."
    ),
    "unfit_as_co_nominated": _l(
        "This colleague was nominated together with a nominee within a year. Choose another one."
    ),
    "unfit_as_reciprocal": _l(
        "Within a year this colleague nominated somebody in the case or was nominated by them. "
        "Choose another one."
    ),
    "unfit_as_recused": _l("This colleague has stepped aside from the case. Choose another one."),
    "unfit_as_appealed_against": _l(
        "This colleague decided what the appeal has overturned. Choose another one."
    ),
    "unfit_as_earlier_part": _l(
        "This colleague took part in the case at another stage. Choose another one."
    ),
    "unfit_as_gave_no_opinion": _l(
        "The verdicts are settled: only a colleague who gave an opinion can decide. "
        "Choose one of them."
    ),
    "unfit_as_away": _l("This colleague is away. Choose another one."),
    # workflow.rules
    "cycle_not_open_yet": _l("The cycle opens on %(opens)s. Your draft is kept until then."),
    "cycle_closed": _l("The cycle closed on %(closed)s, so nothing can be submitted to it."),
    "cycle_still_open": _l("The cycle is open until %(closes)s; this can be done after it closes."),
    "correction_reason_missing": _l(
        "The file corrects figures that are there. Say why, in a sentence of at least "
        "%(least)s characters."
    ),
    "mapping_not_entrusted": _l(
        "Only scheme managers and administrators lay down how files are read."
    ),
    "import_not_entrusted": _l(
        "Whoever sent this file is not entrusted with it any more, so it was not brought in."
    ),
    "own_record": _l(
        "The file changes what is on record about you. Somebody else has to bring that in."
    ),
    "own_result": _l("These are results of your own. Ask another scheme manager to correct them."),
    "result_corrected_meanwhile": _l(
        "Somebody has corrected this figure meanwhile. Below is what counts now."
    ),
    "scores_not_frozen": _l(
        "The scores of this cycle are not frozen yet: the results of its last day are still "
        "awaited. They freeze by the clock; nothing need be done."
    ),
    "no_nominee": _l("Say who is nominated."),
    "own_nomination": _l("Nobody can nominate themselves. Ask a colleague who saw it."),
    "nominee_has_judged": _l(
        "A colleague who has judged this nomination cannot be nominated in it. Withdraw it and "
        "write a new one, which others will judge."
    ),
    "nominee_of_another_role": _l(
        "This award is for another job role than a nominee's. Choose another award."
    ),
    "untold_title": _l("Say in one line what happened."),
    "untold_story": _l("Tell what happened, so that somebody who was not there can follow it."),
    "untold_day": _l("Say on which day it happened."),
    "untold_channel": _l("Say how the customer and your organisation met."),
    "claim_without_words": _l("Claim %(claim)s has evidence but no statement. Say what happened."),
    "no_claim": _l("State at least one claim: one thing that happened."),
    "claim_without_evidence": _l(
        "Claim %(claim)s has no evidence yet. Add a reference number, a note or a file."
    ),
    "claim_still_open": _l("Claim %(claim)s has no verdict yet."),
    "claim_refuted": _l(
        "Claim %(claim)s is refuted, so the nomination cannot be approved. Return or reject it."
    ),
    "claim_refuted_for_good": _l(
        "Claim %(claim)s is refuted, and for this award that ends the nomination. Reject it."
    ),
    "claim_unverifiable": _l(
        "Claim %(claim)s cannot be verified, and this award does not go on without it. Return or "
        "reject the nomination."
    ),
    "claim_unverifiable_for_good": _l(
        "Claim %(claim)s cannot be verified, and for this award that ends the nomination. Reject "
        "it."
    ),
    "opinion_of_a_third_missing": _l(
        "The two auditors differ on claim %(claim)s, so a third has to judge it first."
    ),
    "gave_no_opinion": _l(
        "This decision rests on the opinions of other auditors, so one of them has to take it."
    ),
    "opinions_are_complete": _l(
        "The opinions on this case are in, so none can be added or changed."
    ),
    "opinion_not_whole": _l(
        "This award asks for two independent opinions, and yours is recorded whole: give a verdict "
        "on every claim. What you have written is kept."
    ),
    "method_missing": _l("Say how you checked claim %(claim)s."),
    "no_claim_confirmed": _l(
        "No claim is confirmed, so there is nothing to approve. Return or reject the nomination."
    ),
    "customer_disagreed": _l(
        "The customer saw it differently, so the nomination cannot be approved. Return or reject "
        "it."
    ),
    "second_contact_not_due": _l(
        "This award waits for the second contact, which is due on %(due)s. Approve it after that."
    ),
    "effect_did_not_last": _l(
        "The customer says that the effect did not last, so the nomination cannot be approved. "
        "Return or reject it."
    ),
    "no_tier": _l("No tier is set for this nomination."),
    "has_a_tier": _l("This nomination has a tier, so it goes to the public notice."),
    "notice_is_over": _l("The public notice ended on %(ended)s, so no objection can be raised."),
    "notice_still_running": _l("The public notice runs until %(ends)s."),
    "not_due_yet": _l("The nominator has until %(due)s to correct the nomination."),
    "appealed_once_already": _l("An appeal can be made once, and this case has had its appeal."),
    "appeal_too_late": _l("An appeal was possible until %(until)s."),
    "reason_missing": _l("Choose a reason."),
    "sentence_missing": _l(
        "Write a sentence that the colleague can act on: at least %(least)s characters."
    ),
    "parties_do_not_object": _l(
        "This is a case of your own. If something in it is wrong, tell a scheme manager."
    ),
    "objected_already": _l(
        "You have objected to this award. Each colleague can do so once; the arbiter's answer "
        "comes to your inbox."
    ),
    # operations.subscriptions
    "subscriptions_full": _l("You follow %(most)s searches already. End one of them first."),
    # operations.feedback
    "not_your_feedback_to_answer": _l("Feedback is answered by the scheme managers."),
    "own_feedback": _l("This feedback is yours, so another scheme manager has to answer it."),
    "answer_leaves_it_open": _l("Say what becomes of it: answered, adopted or declined."),
    "own_feedback_joined": _l("This feedback is yours: it counts already."),
    "feedback_removed": _l("Its words have been removed, so nothing more can be said to it."),
    "feedback_concerns_you": _l("It is about you, so somebody else has to deal with it."),
    "author_unreadable": _l(
        "The seal of the author cannot be read, so nobody can tell whose feedback it is. Tell an "
        "administrator: a key is missing, or the record is damaged."
    ),
    "no_such_public_case": _l(
        "There is no such case in the archive. Copy the number from its page there."
    ),
    "marks_out_of_range": _l("Give marks from 1 to %(most)s, or none."),
    # operations.motions, operations.feedback_changes
    "not_trusted_with_feedback": _l(
        "Scheme managers, arbiters and administrators do this, two of them together."
    ),
    "nothing_to_open": _l("There is no closed seal here: the author is named, or known already."),
    "own_words": _l("These words are yours, so two other people have to decide."),
    "own_motion": _l("You asked for it yourself, so another person has to agree."),
    "motion_waits_already": _l("This has been asked for already, and waits for a second person."),
    "motion_answered_already": _l("A second person has answered this already."),
    "feedback_not_adopted": _l("Only feedback that was adopted can be named as the reason here."),
    "linked_already": _l("This change is named there already."),
    # operations.drafts, operations.evidence, operations.audits
    "no_such_award": _l("There is no such award. Choose one of those shown."),
    "no_open_cycle": _l("This award has no open cycle now. Choose another award."),
    "results_decide": _l("Nobody nominates for this award: the results of the cycle decide."),
    "team_award": _l("This award goes to a team: choose the team, and its members are nominated."),
    "no_such_colleague": _l("This colleague is not here any more. Choose another one."),
    "claims_are_confirmed": _l(
        "An audit has confirmed the claims, so they stay as they are. You can mend the rest and "
        "add evidence."
    ),
    "too_many_files": _l("A claim can have at most %(most)s files. Remove one first."),
    "marks_missing": _l("The customer answered, so give the marks: 1 to 5."),
    # workflow.surveys, operations.surveys
    "survey_not_settled": _l("Please answer the first question."),
    "survey_without_marks": _l("Please give marks from 1 to 5."),
    "survey_needs_once": _l(
        "A survey asks this once, no more and no less: %(question)s. The audit rests on it."
    ),
    "survey_asks_twice": _l("A survey asks this once at most: %(question)s."),
    "survey_too_wordy": _l(
        "Ask for the customer's own words %(most)s times at most: the survey stays short."
    ),
    "survey_about_missing": _l(
        "Write what the customer is asked about: at least %(least)s characters."
    ),
    "customer_without_email": _l(
        "The directory has no e-mail address of this customer. Make a link to hand over, or call."
    ),
    "second_contact_days_missing": _l(
        "Say after how many days, or do not wait for a second contact."
    ),
    # workflow.contacts, operations.customers
    "customer_do_not_contact": _l(
        "This customer does not want to be contacted, so nobody asks them. The audit goes on with "
        "“no answer”, and it is no fault of the nominee."
    ),
    "customer_without_consent": _l(
        "This customer has not agreed to be asked, so nobody asks them. The audit goes on with “no "
        "answer”, and it is no fault of the nominee."
    ),
    "customer_purged": _l(
        "This customer's data were removed when their retention ended, so nobody can ask them. The "
        "audit goes on with “no answer”, and it is no fault of the nominee."
    ),
    "customer_asked_lately": _l(
        "The customer was asked about this case a short while ago. Ask them again from %(again)s "
        "on."
    ),
    "customer_asked_already": _l(
        "A customer was asked already, so the choice stands. Return or reject the case if the "
        "answer is not about it."
    ),
    "no_customer_chosen": _l("Say first which customer this case is about."),
    "no_such_customer": _l(
        "No customer in the directory has this number. Check it, or leave it open."
    ),
    "customer_key_missing": _l(
        "Customer details are sealed with a key that is not among PLAUDIT_CUSTOMER_KEYS. Tell "
        "whoever runs the product; nothing was changed."
    ),
    "customer_columns_missing": _l(
        "The file lacks the column %(missing)s. The first row has to name the columns."
    ),
    "customer_heading_twice": _l(
        "Two columns have the same heading. The first row has to name each column once."
    ),
    # adapters.evidence
    "file_empty": _l("The file is empty. Choose another one."),
    "file_too_large": _l("The file is too large: at most %(megabytes)s MB. Choose a smaller one."),
    "file_not_accepted": _l(
        "This kind of file is not accepted. Choose a PDF, a picture (JPEG, PNG, WebP, GIF), a "
        "recording (MP3, WAV, OGG, M4A) or plain text."
    ),
    "file_archive": _l(
        "Archives, office documents and programs are not accepted. Save what matters as a PDF, "
        "and choose that file."
    ),
    "file_markup": _l(
        "Web pages and drawings that can carry scripts are not accepted. Save it as a PDF or a "
        "picture, and choose that file."
    ),
    "picture_broken": _l("The picture cannot be read. Save it again, or take a screenshot of it."),
    "picture_too_large": _l(
        "The picture has too many pixels: at most %(millions)s million. Make it smaller first."
    ),
    # adapters.portrait, operations.portraits
    "portrait_not_picture": _l("Choose a picture: JPEG, PNG or WebP."),
    "portrait_too_small": _l(
        "The picture is too small: each side needs at least %(least)s pixels. Choose a larger one."
    ),
    "no_portrait": _l("There is no picture of yours yet. Choose one first."),
    "file_not_kept": _l(
        "The file could not be kept: the storage is full or out of reach. Nothing of it was "
        "stored. Try again later, or tell an administrator."
    ),
    # operations.tiering
    "nothing_to_tier": _l("No confirmed case waits for a tier in this cycle."),
    "shortlist_on_review": _l(
        "These cases are the reserve: they wait until the shortlist has passed its policy review."
    ),
    "approved_already": _l("You have approved this ranking already: others complete the quorum."),
    "ranking_changed": _l(
        "The ranking has changed since this page was made, so nothing was approved. Look at it "
        "again, then approve it."
    ),
    # operations.appeals
    "too_much_appeal_evidence": _l(
        "An appeal can have at most %(most)s references and files. Leave out what shows least."
    ),
    # operations.waivers
    "nothing_to_waive": _l("This rule is met or waived already, so there is nothing to waive."),
    "waiver_proposed_already": _l(
        "A waiver of this rule is proposed already. It waits for a second person."
    ),
    "waiver_answered_already": _l("Somebody has answered this waiver already."),
    # workflow.waiving
    "second_person_needed": _l("You proposed this waiver, so another person has to answer it."),
    # adapters.columns, operations.results
    "columns_missing": _l(
        "The file lacks the column %(missing)s. Its columns are: %(found)s. Rename them, or "
        "choose another mapping."
    ),
    "no_such_mapping": _l("There is no mapping called %(mapping)s."),
    "mapping_is_built_in": _l("%(mapping)s is built in. Choose another name."),
    # adapters.tables
    "table_too_large": _l("The file is too large: at most %(megabytes)s MB can be read."),
    "table_old_format": _l(
        "This is a format that cannot be read here. Save it as XLSX or CSV, and choose that file."
    ),
    "table_broken_workbook": _l(
        "The workbook cannot be read: it is damaged, protected, or no XLSX at all. Save it again "
        "as XLSX, without a password."
    ),
    "table_encoding": _l("The text is neither UTF-8 nor GB18030. Save the file as UTF-8."),
    "table_empty": _l("The file is empty. Its first row has to name the columns."),
    "table_header_twice": _l("Two columns are called %(header)s. Rename or remove one of them."),
    "table_broken_row": _l("Row %(row)s cannot be read: a quotation mark is out of place."),
    "table_row_too_long": _l(
        "Row %(row)s has more cells than the %(columns)s columns named in the first row."
    ),
    "table_too_long": _l("The table is too long: at most %(rows)s rows can be read."),
    "table_too_wide": _l("Row %(row)s is too wide: at most %(columns)s columns can be read."),
    "import_gone": _l("The file is no longer kept. Choose it once more."),  # adapters.uploads
    "table_cell_too_long": _l(
        "Row %(row)s, column %(column)s: the cell is longer than %(length)s characters."
    ),
    # operations.signing_in
    "sign_in_failed": _l("The e-mail address or the password is not right. Try both again."),
    "old_password_wrong": _l("This is not your present password."),
    "password_too_short": _l("Take at least %(least)s characters."),
    "password_too_long": _l("Take at most %(most)s characters."),
    "password_is_yours": _l("Your name, number or address is the first thing others would try."),
    "password_too_plain": _l("Take at least %(least)s different characters."),
    "invitation_over": _l("This link has ended. Ask an administrator for a new one."),
    "receipt_confidential": _l(
        "The receipt of feedback without your name is not sent by mail: it would tie you to it. "
        "Download it instead."
    ),
    "managers_only": _l("Only a scheme manager or an administrator can do this."),
    "witness_named_already": _l("This witness gets every checkpoint already."),
    "witnesses_too_many": _l(
        "There can be at most %(limit)s witnesses at a time. Dismiss one first."
    ),
    "witness_mailbox_wrong": _l("Write one plain e-mail address, such as witness@example.org."),
    "witness_folder_wrong": _l(
        "Write the full path of a folder on the server in which its owner has put a file named "
        "%(file)s: that file says that checkpoints may be written there."
    ),
    "witness_webhook_wrong": _l(
        "Write an address that begins with https://, without a user name or password in it."
    ),
    "administrators_only": _l("Only an administrator can do this."),
    "no_such_person": _l("Nobody has the employee number %(number)s."),
    "has_left": _l("%(name)s does not work here today."),
    # operations.duties
    "own_duty": _l("Nobody grants or ends a duty of their own. Ask another administrator."),
    "administrator_of_one_award": _l("Administrators see to everything: choose all awards."),
    "duty_held_already": _l("%(name)s holds this duty for that time already."),
    "duty_ends_early": _l("The duty would end before it starts. Choose a later end."),
    "duty_over": _l("This duty is over already."),
    # operations.people
    "import_outdated": _l(
        "What the file would change is no longer what you saw. Look at it again, and apply it then."
    ),
    # operations.rewards
    "not_reward_manager": _l("Only a scheme manager of this award hands its rewards over."),
    "reward_lapsed": _l("The award was revoked, so nothing of it is handed over any more."),
    "reward_given_already": _l("This reward was handed over already. Look at the list again."),
    "reward_to_oneself": _l("Nobody hands a reward to themselves: ask another scheme manager."),
    "not_the_receiver": _l("Only whoever received the reward signs for it."),
    "reward_signed_already": _l("It is signed for already."),
    # operations.tributes
    "tribute_published": _l("It is published already and stays as it is."),
    "tribute_overtaken": _l("Somebody has written on in the meantime. Read the new version first."),
    "tribute_own": _l("Somebody who wrote none of it has to approve it."),
    "tribute_of_oneself": _l("It is about you, so a colleague writes and approves it."),
    "tribute_lapsed": _l("The award does not stand, so nothing is published about it."),
    "tribute_there": _l("There is one in this language already. Go on with that one."),
    # operations.certificate_runs
    "nothing_won": _l("Nothing was won in this cycle, so there are no certificates to make."),
    # operations.scheme, operations.terms_of_review
    "not_scheme_manager": _l("Only a scheme manager of this award can change it."),
    "nothing_changed": _l("Nothing is different from what is there. Change something first."),
    "metric_missing": _l("On the road by numbers, say what is counted."),
    "texts_missing": _l(
        "Before it can be won, write its texts and those of its tiers in all three languages."
    ),
    "award_without_tiers": _l("Give the award a tier before it can be won."),
    "key_taken": _l("This key is in use already. Choose another one."),
    "quota_too_small": _l("A tier has at least one place."),
    "cycle_is_over": _l(
        "This cycle is over. Its dates stay as they were, because decisions rest on them."
    ),
    "formula_weighs_nothing": _l("At least one weight is more than nought."),
    "tie_break_twice": _l("Each tie-break stands in the order once."),
    "variant_changes_nothing": _l("Nothing is changed yet. Change a figure, then save it."),
    "variant_name_taken": _l("There is another variant of that name. Choose another name."),
    "variant_of_a_colleague": _l("This variant is a colleague's, who alone can delete it."),
    "cycle_has_cases": _l(
        "Nominations were submitted to this cycle by its dates, so they stay as they are. Change "
        "the next cycle instead."
    ),
    "cycle_ends_before_it_begins": _l("A cycle closes after it opens."),
    "cycle_would_be_over": _l("Choose a closing time that is still to come."),
    "cycle_overlaps": _l("The dates overlap with cycle %(cycle)s. Cycles follow each other."),
    "targets_start_in_the_past": _l(
        "Choose today or a later day: nobody is measured by targets that they could not know."
    ),
    "newer_targets_exist": _l(
        "Targets from %(starts)s on are announced already. Choose a later day."
    ),
    "targets_missing": _l("Give at least one metric its target and weight."),
    "target_wrong": _l(
        "The target, weight or cap of a metric does not fit: a target is above nought (nought only "
        "where less is better), a weight above nought, a cap 1 or more, and no metric stands twice."
    ),
    "holiday_there": _l("This day is a holiday already."),
    "rule_parameters_wrong": _l("These figures do not fit this kind of rule."),
}


def sentence(refused: Refused) -> str:
    """The refusal in the reader's language."""
    values = {name: _shown(value) for name, value in refused.values.items()}
    if refused.message in PLURALS:
        return PLURALS[refused.message](refused.values)
    template = str(REFUSALS[refused.message])
    return template % values


def _not_asked_enough(values: dict[str, Any]) -> str:
    text: str = ngettext(
        "Ask the customer first: an answer settles it, or %(num)s more attempt without one.",
        "Ask the customer first: an answer settles it, or %(num)s more attempts without one.",
        values["left"],
    )
    return text


def _opinions_missing(values: dict[str, Any]) -> str:
    text: str = ngettext(
        "This award asks for two independent opinions; %(num)s is still missing.",
        "This award asks for two independent opinions; %(num)s are still missing.",
        values["left"],
    )
    return text


def _rules_failed(values: dict[str, Any]) -> str:
    text: str = ngettext(
        "%(num)s rule is not met. Two people can waive it with a reason; else reject the "
        "nomination.",
        "%(num)s rules are not met. Two people can waive them with reasons; else reject the "
        "nomination.",
        values["failed"],
    )
    return text


def _locked(values: dict[str, Any]) -> str:
    text: str = ngettext(
        "Too many attempts went wrong. Try again in %(num)s minute.",
        "Too many attempts went wrong. Try again in %(num)s minutes.",
        values["minutes"],
    )
    return text


def _second_open(values: dict[str, Any]) -> str:
    text: str = ngettext(
        "Make the second contact first: an answer settles it, or %(num)s more attempt without one.",
        "Make the second contact first: an answer settles it, or %(num)s more attempts without "
        "one.",
        values["left"],
    )
    return text


PLURALS = {
    "second_contact_open": _second_open,
    "customer_not_asked_enough": _not_asked_enough,
    "opinions_missing": _opinions_missing,
    "policy_rule_failed": _rules_failed,
    "sign_in_locked": _locked,
}


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    return str(LABELS.get((Stage, value), value)) if isinstance(value, str) else str(value)
