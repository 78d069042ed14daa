// A whole programme copied from one engine to the other and back: every table, every value as it was, and
// nothing where it was refused.
#include "store/copy.hpp"

#include <fstream>
#include <limits>
#include <map>

#include "store/engine.hpp"
#include "support/text.hpp"

namespace circled {
namespace {

using namespace test;
using store::Place;

const std::string nasty = "O'Neill said \"$1\" \\ \\n {a,b} -- ; DROP TABLE client\n\t\x01";
const std::string foreign = "Zo\xc3\xab \xf0\x9f\x92\x99 Zoe\xcc\x88 \xef\xbf\xbf";

void fill_groups(Transaction& tx) {
  tx.run(
      "INSERT INTO therapy_group (id, site_id, service_id, name, alias, admission, smallest, largest, "
      "created_at) "
      "VALUES (4, 3, 1, $1, 'x', 'rolling', 1, 12, 0), (9, 3, 1, 'b', 'x', 'closed', 1, 12, 0)",
      nasty);
  tx.run("INSERT INTO group_admits (group_id, kind, value) VALUES (4, 'tag', $1), (4, 'phase', 'detox')",
         foreign);
  tx.run("INSERT INTO group_topic (group_id, position, title) VALUES (4, 1, 'b'), (4, 0, $1)", nasty);
  // The second follows the first: a row that refers to one of its own table.
  tx.run(
      "INSERT INTO series (id, site_id, service_id, group_id, client_id, title, starts_on, time, "
      "duration_minutes, zone, rule, seats, follows_id, expanded_until, created_at) VALUES "
      "(1, 3, 1, 4, NULL, 'a', -5, 0, 60, 'Etc/UTC', 'FREQ=DAILY', 12, NULL, 0, 0), "
      "(2, 3, 1, NULL, 3, 'a', 5, 1439, 5, 'Etc/UTC', 'FREQ=DAILY', 1, 1, 0, 0)");
  tx.run("INSERT INTO series_facilitator (series_id, position, staff_id) VALUES (1, 0, 1), (1, 1, 2)");
  tx.run(
      "INSERT INTO series_skip (series_id, original_at, why, detail, skipped_at) VALUES (1, 7, 'closed', $1, "
      "0)",
      foreign);
  tx.run("INSERT INTO session_guest (session_id, number, name, role) VALUES (10, 1, $1, 'speaker')", nasty);
  tx.run(
      "INSERT INTO enrolment (id, group_id, client_id, from_on, until_on, mandatory, made_at) VALUES "
      "(1, 4, 3, 0, -1, TRUE, 0), (3, 4, 3, 9, NULL, FALSE, 0)");
  tx.run(
      "INSERT INTO waitlist (id, group_id, session_id, client_id, since_at, priority, reason) VALUES "
      "(1, 4, NULL, 3, 0, 1, $1), (2, NULL, 10, 3, 0, 0, '')",
      nasty);
}

void fill_channels(Transaction& tx) {
  tx.run(
      "INSERT INTO reminder_rule (scope, scope_id, offsets, channels, quiet_from, quiet_until, language) "
      "VALUES "
      "('programme', 0, '1440,15', '', 0, 1439, 'es'), ('person', 3, NULL, 'sms,email', NULL, NULL, NULL)");
  tx.run("INSERT INTO reminder_words (scope, scope_id, language, words) VALUES ('person', 3, 'en', $1)",
         nasty);
  tx.run("INSERT INTO reminder_replan (person_id) VALUES (3)");
  tx.run(
      "INSERT INTO channel_address (person_id, channel, address, code_hash, code_until, stopped_at) VALUES "
      "(3, 'email', $1, NULL, NULL, 5), (3, 'sms', '+12125550123', 'h', 9, NULL)",
      foreign);
  tx.run(
      "INSERT INTO reminder (id, subject_kind, subject_id, version, receiver_id, channel, offset_minutes, "
      "starts_at, zone, due_at, try_at, state, why) VALUES "
      "(30001, 'check_in', 1, 1, 3, 'email', 60, 100, 'Etc/UTC', 40, 40, 'failed', 'refused')");
  tx.run(
      "INSERT INTO message (id, channel, address, person_id, purpose, reminder_id, text, made_at, try_at, "
      "give_up_at, state, settled_at, outcome, topic, topic_id, unless_shown) VALUES "
      "(50000, 'email', $1, 3, 'reminder', 30001, '', 0, 1, 2, 'failed', 7, $2, NULL, NULL, NULL), "
      "(50001, 'sms', '+1', 3, 'notice', NULL, 'x', 0, 1, 2, 'pending', NULL, '', 'offer', 4, 5)",
      foreign, nasty);
  tx.run(
      "INSERT INTO push_subscription (sign_in_id, endpoint, p256dh, auth, since_at) VALUES (11, $1, 'p', "
      "'a', 5)",
      foreign);
  tx.run(
      "INSERT INTO text_reply (gateway_id, at, address, person_id, meant) VALUES ($1, 4, '+1', NULL, "
      "'other')",
      nasty);
  tx.run(
      "INSERT INTO text_choice (person_id, letter, session_id, starts_at, until_at) VALUES (3, 'b', 10, 5, "
      "6)");
  tx.run(
      "INSERT INTO call (id, client_id, session_id, called_at, called_by, outcome, note) VALUES "
      "(5, 3, 10, 0, 1, 'voicemail', $1)",
      foreign);
}

void fill_availability(Transaction& tx) {
  tx.run("INSERT INTO staff_credential (staff_id, credential, until_on) VALUES (1, $1, NULL), (1, 'b', 5)",
         nasty);
  tx.run("INSERT INTO site_hours (site_id, weekday, from_time, until_time) VALUES (3, 6, 0, 1440)");
  tx.run(
      "INSERT INTO staff_hours (staff_id, site_id, weekday, from_time, until_time) VALUES (1, 3, 0, 1439, "
      "1440)");
  tx.run(
      "INSERT INTO staff_block (staff_id, weekday, from_time, until_time, kind) VALUES (1, 1, 0, 1, "
      "'lunch')");
  tx.run(
      "INSERT INTO staff_exception (id, staff_id, kind, from_at, until_at, note) VALUES (3, 1, 'off', -5, 5, "
      "$1)",
      foreign);
  tx.run(
      "INSERT INTO closure (id, site_id, from_on, until_on, name, source, uid) VALUES (1, NULL, 0, 0, $1, "
      "'s', 'u'), "
      "(2, 3, 1, 2, 'x', '', '')",
      nasty);
  tx.run("INSERT INTO outside_calendar (id, staff_id, url, fetch_at) VALUES (2, 1, 'https://x.example/', 5)");
  tx.run("INSERT INTO outside_busy (staff_id, from_at, until_at) VALUES (1, 0, 1), (1, 0, 2)");
  tx.run("INSERT INTO hold (id, person_id, from_at, until_at, expires_at) VALUES (7, 3, 0, 5, 9)");
  tx.run(
      "INSERT INTO hold_owner (owner_kind, owner_id, from_at, hold_id, until_at, expires_at) VALUES "
      "('staff', 1, 0, 7, 5, 9)");
}

void fill_care(Transaction& tx) {
  tx.run("UPDATE client SET born_on = -20000, phone_key = $1 WHERE person_id = 3", nasty);
  tx.run("INSERT INTO client_tag (client_id, tag) VALUES (3, $1), (3, 'es')", foreign);
  tx.run(
      "INSERT INTO care_level (id, episode_id, level, from_on, until_on) VALUES (2, 1, $1, -400, -399), "
      "(5, 2, '3.5', 20000, NULL)",
      nasty);
  tx.run(
      "INSERT INTO clearance (id, episode_id, given_by, given_at, expires_at, withdrawn_at, withdrawn_by) "
      "VALUES (3, 2, 1, 0, 9, 5, 2), (4, 2, 1, 6, NULL, NULL, NULL)");
  tx.run(
      "INSERT INTO episode_hold (id, episode_id, kind, from_at, until_at, keeps_seats, made_by) VALUES "
      "(1, 2, 'jail', 0, 5, FALSE, 1), (6, 2, 'hospital', 9, NULL, TRUE, 2)");
  tx.run(
      "INSERT INTO keep_apart (id, one_id, other_id, reason, made_by, made_at, ended_at) VALUES "
      "(1, 3, $1, $2, 1, 0, 5), (8, 3, $1, 'x', 2, 6, NULL)",
      9'000'000'000, nasty);
  tx.run("UPDATE participant SET verdict = 'excused', excused_for = 'hold' WHERE session_id = 10");
}

void fill_settings(Transaction& tx) {
  tx.run("UPDATE account SET last_sign_in_at = -7 WHERE id = 1");
  tx.run("INSERT INTO password_code (account_id, code_hash, made_by, expires_at) VALUES (1, $1, 2, 9)",
         nasty);
  tx.run(
      "INSERT INTO record_opening (id, client_id, staff_id, found_by, reason, opened_at, until_at, "
      "reviewed_at, "
      "reviewed_by, finding, note) VALUES (3, 3, 1, 'name', $1, 0, 5, NULL, NULL, NULL, ''), "
      "(8, 3, 1, 'card', 'x', 0, 0, 7, 2, 'not_in_order', $2)",
      foreign, nasty);
  tx.run("UPDATE site SET address = $1 WHERE id = 3", foreign);
}

void fill_check_in(Transaction& tx) {
  tx.run("INSERT INTO person (id, kind) VALUES (6, 'staff'), (7, 'staff')");
  tx.run(
      "INSERT INTO kiosk (person_id, site_id, name, made_at, code_hash, code_expires_at, enrolled_at, "
      "revoked_at) VALUES (6, 3, $1, -1, 'x', 5, NULL, NULL), (7, 1, 'b', 0, NULL, NULL, 4, 9)",
      nasty);
  tx.run(
      "INSERT INTO card (id, client_id, number, pin_hash, issued_at, issued_by, wrong_pins, locked_at, "
      "blocked_at, blocked_for) VALUES (4, 3, '12345672', $1, 0, 1, 5, 7, 8, 'lost'), "
      "(9, 3, '02345678', 'h', 9, 2, 0, NULL, NULL, NULL)",
      foreign);
  tx.run(
      "INSERT INTO check_in (session_id, client_id, at, how, kiosk_id, staff_id, town, call_back) VALUES "
      "(10, 3, 90, 'telehealth', NULL, NULL, $1, '+1'), (11, 3, 95, 'kiosk', 6, NULL, NULL, NULL), "
      "(12, 3, 140, 'front_desk', NULL, 2, NULL, NULL)",
      nasty);
}

void fill_plans(Transaction& tx) {
  tx.run(
      "INSERT INTO plan_template (id, name, craving_limit, craving_rise, ask_days, ask_at, version, "
      "retired_at) "
      "VALUES (7, $1, 1, NULL, 127, 1439, 3, -5)",
      nasty);
  tx.run(
      "INSERT INTO plan_template_goal (template_id, number, kind, every_days, months, then_every_days, "
      "words) "
      "VALUES (7, 1, 'visits', 14, 6, 30, NULL), (7, 2, 'text', NULL, NULL, NULL, $1)",
      foreign);
  tx.run(
      "INSERT INTO aftercare_plan (id, client_id, episode_id, latest, in_force, shows_progress, asked_until) "
      "VALUES (5, 3, 2, 2, 1, TRUE, -7)");
  tx.run(
      "INSERT INTO plan_version (plan_id, version, template_id, counselor_id, safe_contact, craving_limit, "
      "craving_rise, ask_days, ask_at, made_at, made_by, agreed_at, agreed_by) VALUES "
      "(5, 1, NULL, NULL, '', 8, 3, 0, 0, -1, 3, 0, 3), (5, 2, 7, 1, $1, 10, NULL, 42, 1080, 9, 1, NULL, "
      "NULL)",
      nasty);
  tx.run(
      "INSERT INTO plan_goal (plan_id, version, number, kind, every_days, until_on, per_week, group_id, "
      "words) "
      "VALUES (5, 1, 1, 'meetings', NULL, NULL, 21, NULL, NULL), (5, 2, 1, 'visits', 92, -3, NULL, NULL, "
      "NULL), "
      "(5, 2, 2, 'group', NULL, NULL, NULL, 4, NULL), (5, 2, 3, 'text', NULL, NULL, NULL, NULL, $1)",
      foreign);
  tx.run("INSERT INTO client_trigger (id, client_id, words, off_at) VALUES (3, 3, $1, NULL), (9, 3, 'b', 5)",
         nasty);
  tx.run("INSERT INTO self_check (id, client_id, at, craving, mood, note) VALUES (8, 3, -9, 0, 5, $1)",
         foreign);
  tx.run("INSERT INTO self_check_trigger (self_check_id, trigger_id) VALUES (8, 3), (8, 9)");
  tx.run(
      "INSERT INTO self_check_ask (id, client_id, at, until_at, off, version) VALUES (6, 3, -1, 1, TRUE, 4)");
}

void fill_consents(Transaction& tx) {
  tx.run(
      "INSERT INTO consent (id, client_id, version, entered_at, event_at, revoked_at, revoked_by) VALUES "
      "(2, 3, 1, 5, NULL, NULL, NULL), (7, $1, 2, 5, 6, 7, 3)",
      9'000'000'000);
  tx.run(
      "INSERT INTO consent_version (consent_id, version, discloser, recipient, tells_attendance, "
      "tells_hours, tells_phase, tells_enrolment, purpose, expires_on, expires_when, signed_on, signed_by, "
      "representative, revocable_on, revocable_when, paper, entered_at, entered_by) VALUES "
      "(2, 1, $1, $2, TRUE, FALSE, TRUE, FALSE, $1, NULL, $2, -5, 'client', NULL, NULL, $1, NULL, 5, 1), "
      "(7, 1, 'a', 'b', FALSE, TRUE, FALSE, TRUE, 'c', 9, NULL, 9, 'representative', $1, 10, NULL, $2, 5, "
      "2), "
      "(7, 2, 'a', 'b', TRUE, TRUE, TRUE, TRUE, 'c', 9, 'd', 0, 'client', NULL, NULL, NULL, 'e', 5, 2)",
      nasty, foreign);
  tx.run(
      "INSERT INTO disclosure (id, client_id, basis, state, recipient, made_by, made_at, told_by, told_at, "
      "consent_id, consent_version, tells_attendance, purpose, from_on, until_on, approved_by, approved_at, "
      "content, digest) VALUES "
      "(3, 3, 'consent', 'handed_out', $1, 1, 0, 1, 9, 2, 1, TRUE, $2, -5, 5, 2, 4, $2, 'd'), "
      "(5, 3, 'consent', 'draft', 'b', 1, 0, NULL, NULL, 2, 1, TRUE, 'c', 0, 0, NULL, NULL, NULL, NULL)",
      nasty, foreign);
  tx.run(
      "INSERT INTO disclosure (id, client_id, basis, state, recipient, made_by, made_at, told_by, told_at, "
      "nature, docket, ordered_on) VALUES (8, 3, 'court_order', 'handed_out', $1, 1, 5, 2, 4, $2, 'x', -5)",
      nasty, foreign);
}

void fill_meetings(Transaction& tx) {
  tx.run(
      "UPDATE meeting SET rule = 'FREQ=MONTHLY;BYDAY=1FR', starts_on = -5, closed_at = 7, closed_by = 1 "
      "WHERE id = 2");
  tx.run(
      "INSERT INTO meeting_list (id, name, format, imported_at, by_hand) VALUES (4, 'own', 'bmlt', 0, TRUE)");
  tx.run("UPDATE commitment SET flag = 'gone', flagged_at = 8 WHERE id = 1");
  tx.run(
      "UPDATE occurrence SET ask_at = 9, went = 'no', went_said_at = 7, verified_by = 'told', "
      "verified_staff = 1, verified_at = 8, told_by = $1 WHERE id = 77777",
      foreign);
  tx.run(
      "INSERT INTO meeting_feed (id, name, url, zone, every_hours, allow_shrink, etag, fetch_at, failures, "
      "made_at) VALUES (6, $1, 'https://x.example/', '', 24, TRUE, $2, 5, 3, 0)",
      foreign, nasty);
  tx.run(
      "INSERT INTO meeting_feed_run (id, feed_id, ended_at, outcome, error, rows_read, taken, added, "
      "updated, "
      "returned, unchanged, gone, refused, refusals) VALUES (8, 6, 5, 'failed', $1, 0, 0, 0, 0, 0, 0, 0, 0, "
      "'[]')",
      nasty);
}

void fill_tasks(Transaction& tx) {
  tx.run(
      "INSERT INTO task (id, client_id, staff_id, rule, reason, opened_at, opened_by, snoozed_until, "
      "done_at, "
      "done_by, outcome) VALUES (2, 3, 1, 'by_hand', $1, -5, 2, NULL, 7, 1, $1), "
      "(6, 3, NULL, 'often_late', 'x', 0, NULL, 9, NULL, NULL, '')",
      nasty);
  tx.run("INSERT INTO follow_up_rule (rule, times, days) VALUES ('often_late', 0, 365)");
}

void fill_enquiries(Transaction& tx) {
  tx.run(
      "INSERT INTO enquiry (id, site_id, whom, number, ask_for, voicemail, best_time, asked_at, state, "
      "state_at, calls, first_call_at, session_id, client_id, purged_at) VALUES "
      "(3, 3, 'oneself', '+1', $1, TRUE, $2, -5, 'admitted', 9, 1, -5, 11, 3, NULL), "
      "(8, 1, 'other', '', '', FALSE, '', 0, 'declined', 0, 0, NULL, NULL, NULL, 0)",
      nasty, foreign);
  tx.run(
      "INSERT INTO enquiry_step (enquiry_id, number, at, by_id, what, note) VALUES (3, 2, -5, 1, 'reached', "
      "$1), "
      "(3, 3, 9, 2, 'admitted', '')",
      nasty);
  tx.run("INSERT INTO enquiry_keeping (state, days) VALUES ('declined', 3650)");
}

void fill_support(Transaction& tx) {
  tx.run("UPDATE site SET helpline_who = $1, helpline_cost = 'charged', backup_minutes = 120 WHERE id = 3",
         nasty);
  tx.run("UPDATE sign_in SET watching_until = -5");
  tx.run(
      "INSERT INTO on_call (id, site_id, from_at, until_at, primary_id, backup_id) VALUES "
      "(4, 3, -5, 5, 1, 2), (9, 3, 5, 9, 2, NULL)");
  tx.run(
      "INSERT INTO support_request (id, client_id, site_id, asked_at, state, step, due_at, seen_at, seen_by, "
      "ended_at, ended_by, outcome, note) VALUES "
      "(2, 3, 3, -5, 'closed', 'backup', NULL, 5, 1, 6, 2, 'talked', $1), "
      "(7, 3, 3, 8, 'open', 'primary', 9, NULL, NULL, NULL, NULL, NULL, '')",
      foreign);
  tx.run("INSERT INTO support_asked (request_id, staff_id, asked_at) VALUES (7, 1, 8), (2, 2, -5)");
}

void fill_hours(Transaction& tx) {
  tx.run(
      "INSERT INTO care_rule (id, jurisdiction, level, youngest, oldest, least_minutes, most_minutes, "
      "least_days, "
      "least_individual_minutes, least_group_minutes, partial_week, from_on, until_on, source, checked) "
      "VALUES "
      "(2, '', $1, 0, 17, 360, 1140, 3, 60, 60, 'prorated', -5, 9, $1, ''), "
      "(9, 'US-IL', '2.1', 18, NULL, 0, NULL, 0, 0, 0, 'not_judged', 0, NULL, 'x', $1)",
      nasty);
  tx.run("INSERT INTO care_policy (site_id, jurisdiction, week_starts, make_up_days) VALUES (3, $1, 0, 90)",
         foreign);
  tx.run(
      "INSERT INTO make_up (id, missed_session_id, client_id, session_id, made_at, ended_at) VALUES "
      "(1, 10, 3, 11, 0, 5), (8, 10, 3, 12, 6, NULL)");
}

void fill_attendance(Transaction& tx) {
  tx.run(
      "INSERT INTO attendance_policy (id, group_id, from_on, follows, grace_minutes, door_closes_minutes, "
      "no_credit_after_minutes, cap_minutes, excuse_notice_hours, excuses_mandatory, close_within_hours, "
      "documentation_days, co_signature, made_by, made_at) VALUES "
      "(2, NULL, -1, FALSE, 0, NULL, 720, NULL, 0, TRUE, 1, 365, FALSE, 1, 0), "
      "(9, NULL, 20000, FALSE, 60, 0, NULL, 720, 720, FALSE, 720, 1, TRUE, 1, -5)");
  tx.run("INSERT INTO attendance_break (policy_id, number, after_minutes, minutes) VALUES (9, 1, 0, 240)");
  tx.run(
      "INSERT INTO attendance_change (session_id, version, client_id, at, by_id, kind, before_state, "
      "after_state, reason, undoes) VALUES (10, 2, 3, 100, 1, 'mark', '', $1, $1, NULL), "
      "(10, 3, 3, 101, NULL, 'undo', $1, '', '', 2)",
      nasty);
  tx.run(
      "INSERT INTO sheet_version (session_id, number, what, at, by_id, reason, body) VALUES "
      "(11, 1, 'signed', 300, 1, '', $1)",
      foreign);
  tx.run("UPDATE sheet SET signed_at = 300, signed_by = 1");
  tx.run(
      "UPDATE participant SET excuse = 'afterwards', reason = $1, over_capacity = TRUE WHERE session_id = 10",
      nasty);
}

// At least one row in every table, ids with gaps, and more than a page of some.
void fill(Transaction& tx) {
  constexpr std::int64_t high = 9'000'000'000;
  tx.run("INSERT INTO site (id, name, zone, break_minutes, helpline) VALUES (3, $1, 'Etc/UTC', 5, '')",
         nasty);
  tx.run("INSERT INTO site (id, name, zone, emergency_number) VALUES (1, $1, 'Europe/Berlin', '112')",
         foreign);
  tx.run("INSERT INTO room (id, site_id, name, seats) VALUES (7, 3, $1, 10), (2, 1, 'Blue', 1)", foreign);
  tx.run("INSERT INTO person (id, kind) VALUES (1, 'staff'), (2, 'staff'), (3, 'client'), ($1, 'client')",
         high);
  tx.run(
      "INSERT INTO staff (person_id, name, role, site_id, active) VALUES (1, $1, 'admin', 3, TRUE), "
      "(2, 'Otto', 'counselor', 1, FALSE)",
      nasty);
  tx.run(
      "INSERT INTO client (person_id, preferred_name, family_name, search_name, site_id, zone, phone, "
      "created_at) "
      "VALUES (3, $1, '', '', 3, 'Etc/UTC', '', -1), ($2, $3, $4, 'x', 1, 'Etc/UTC', '+1', $5)",
      foreign, high, nasty, foreign, std::numeric_limits<std::int64_t>::min());
  tx.run(
      "INSERT INTO assignment (id, staff_id, client_id, from_at, until_at) VALUES (5, 1, 3, -10, NULL), "
      "(4, 2, $1, 0, $2)",
      high, std::numeric_limits<std::int64_t>::max());
  tx.run(
      "INSERT INTO episode (id, client_id, admitted_on, discharged_on, discharge) VALUES "
      "(1, 3, -400, -399, 'completed'), (2, 3, 20000, NULL, NULL)");
  tx.run(
      "INSERT INTO phase (id, episode_id, phase, from_on, until_on) VALUES (1, 1, 'detox', -400, -399), "
      "(9, 2, 'aftercare', 20000, NULL)");
  tx.run(
      "INSERT INTO account (id, person_id, login, password_hash, disabled_at) VALUES (1, 1, 'ada', "
      "'$argon2id$', 0), "
      "(2, 3, NULL, NULL, NULL)");
  tx.run(
      "INSERT INTO sign_in (id, account_id, token_hash, by, device, created_at, expires_at, revoked_at, "
      "acknowledged_seq) VALUES (11, 1, 'h', 'cookie', $1, 1, 2, NULL, 0), (12, 2, 'i', 'bearer', '', 1, 2, "
      "2, 9)",
      nasty);
  tx.run(
      "INSERT INTO enrolment_code (code_hash, client_id, made_by, expires_at, used_at) VALUES ('c', 3, 1, 5, "
      "NULL)");
  // Keys of text on several pages, in an order that is the bytes' and no language's.
  for (int i = 0; i < 1203; ++i)
    tx.run("INSERT INTO throttle (key, failures, next_at, forget_at) VALUES ($1, $2, 0, 1)",
           (i % 3 == 0   ? "\xc3\xa9"
            : i % 3 == 1 ? "e "
                         : "F'") +
               std::to_string(i),
           i);
  tx.run(
      "INSERT INTO idempotency (account_id, route, key, body_hash, status, etag, location, body, at) VALUES "
      "(1, 'POST /x', 'k', 'b', 201, '', '', $1, 0), (1, 'POST /x', 'K', 'b', 201, '\"1\"', '/x', '', 0)",
      std::string(300'000, 'x') + nasty);
  tx.run(
      "INSERT INTO audit (id, at, account_id, action, subject_kind, subject_id, detail, request_id, "
      "position, seal) "
      "VALUES (40, 5, 1, 'a', 'client', 3, $1, '', 1, 's'), (41, 5, NULL, 'a', 'client', 3, '{}', 'r', NULL, "
      "NULL)",
      nasty);
  tx.run("INSERT INTO audit_end (one, position, seal) VALUES (1, 1, 'e')");
  tx.run("INSERT INTO stream (person_id, last_seq, pruned_seq) VALUES (3, 1204, 1), ($1, 0, 0)", high);
  for (int i = 2; i <= 1204; ++i)
    tx.run("INSERT INTO stream_event (person_id, seq, at, body) VALUES (3, $1, 0, $2)", i,
           i % 2 == 0 ? nasty : foreign);
  tx.run(
      "INSERT INTO service (id, code, name, neutral_name, counts) VALUES (1, 'a', 'A', 'x', TRUE), "
      "(2, 'b', 'B', '', FALSE)");
  tx.run(
      "INSERT INTO session (id, site_id, service_id, kind, title, room_id, starts_at, ends_at, seats, "
      "created_at) "
      "VALUES (10, 3, 1, 'group', $1, 7, 100, 200, 9, 0), (11, 3, 2, 'one_on_one', '', NULL, 100, 200, 1, "
      "0), "
      "(12, 3, 2, 'one_on_one', '', NULL, 150, 250, 1, 0)",
      nasty);
  tx.run(
      "INSERT INTO facilitator (session_id, staff_id, starts_at, leads) VALUES (10, 1, 100, TRUE), "
      "(10, 2, 100, FALSE)");
  tx.run(
      "INSERT INTO participant (session_id, client_id, starts_at, source, answered_at) VALUES "
      "(10, 3, 100, 'booking', NULL), (11, 3, 100, 'walk_in', 7)");
  // An overridden row before a normal one that it overlaps, in the order of the key.
  tx.run(
      "INSERT INTO busy (owner_kind, owner_id, from_at, session_id, until_at) VALUES ('staff', 1, 150, 12, "
      "250)");
  tx.run(
      "INSERT INTO busy (owner_kind, owner_id, from_at, session_id, until_at, overridden) VALUES "
      "('staff', 1, 100, 10, 200, TRUE), ('staff', 1, 100, 11, 200, TRUE)");
  tx.run(
      "INSERT INTO stay (session_id, client_id, number, arrived_at, departed_at) VALUES (10, 3, 1, 100, "
      "150), "
      "(10, 3, 2, 160, NULL)");
  tx.run("INSERT INTO sheet (session_id, closed_at, closed_by) VALUES (11, 300, 1)");
  tx.run("INSERT INTO meeting_list (id, name, format, imported_at) VALUES (1, $1, 'bmlt', 0)", foreign);
  int meeting = 0;
  for (const std::optional<double> d : {std::optional<double>{},
                                        {0.1},
                                        {-74.00597},
                                        {1.0 / 3},
                                        {-0.0},
                                        {40.0},
                                        {std::numeric_limits<double>::denorm_min()},
                                        {std::numeric_limits<double>::max()}}) {
    ++meeting;
    tx.run(
        "INSERT INTO meeting (id, list_id, key, name, weekday, time, duration_minutes, zone, place, address, "
        "town, "
        "notes, search_text, latitude, longitude, online_url, in_person, types, gone_at) VALUES "
        "($1, 1, $2, 'm', 0, 1439, 60, 'Etc/UTC', '', '', '', $3, '', $4, NULL, '', $5, '', NULL)",
        meeting, std::to_string(meeting), nasty, d, meeting % 2 == 0);
  }
  tx.run(
      "INSERT INTO commitment (id, client_id, meeting_id, rule, made_at, ended_at, expanded_until) VALUES "
      "(1, 3, 1, 'FREQ=WEEKLY', 0, NULL, 9)");
  tx.run(
      "INSERT INTO occurrence (id, commitment_id, client_id, starts_at, ends_at) VALUES (77777, 1, 3, 5, 6)");
  fill_meetings(tx);
  tx.run(
      "INSERT INTO reminder (id, subject_kind, subject_id, version, receiver_id, channel, offset_minutes, "
      "starts_at, "
      "zone, due_at, try_at, answer) VALUES (1, 'session', 10, 1, 3, 'live', 60, 100, 'Etc/UTC', 40, 40, "
      "NULL), "
      "(30000, 'occurrence', 77777, 1, 3, 'live', 60, 100, 'Etc/UTC', 40, 50, 'cant_come')");
  tx.run("INSERT INTO key_check (one, proof) VALUES (1, 'p')");
  fill_groups(tx);
  fill_availability(tx);
  tx.run("INSERT INTO feed (person_id, token_hash, shows_place, created_at) VALUES (3, $1, TRUE, -1)",
         foreign);
  fill_care(tx);
  fill_tasks(tx);
  fill_enquiries(tx);
  fill_support(tx);
  fill_hours(tx);
  fill_plans(tx);
  fill_consents(tx);
  fill_attendance(tx);
  fill_check_in(tx);
  fill_settings(tx);
  fill_channels(tx);
}

// Two folders' files and a database, none of them there yet.
struct Places {
  TemporaryFolder folder;
  const std::string database = [] {
    initialise_crypto();
    return Databases::make();
  }();
  const Place here{folder.path() / "here.sqlite3", {}};
  const Place postgres{{}, Databases::uri(database)};
  const Place back{folder.path() / "back.sqlite3", {}};
  std::vector<std::string> said;

  Places() { write(here, fill); }
  ~Places() { Databases::drop(database); }

  static void write(const Place& place, void (*f)(Transaction&)) {
    store::open(place)
        ->write_now("test",
                    [f](Transaction& tx) -> Result<bool> {
                      f(tx);
                      return true;
                    })
        .value();
  }
  void copy(const Place& from, const Place& to) {
    said.clear();
    store::copy(
        from, to, [this](const std::string& line) { said.push_back(line); }, [](Snapshot&) {});
  }
  // What is said of a copy that is refused.
  std::string refusal(const Place& from, const Place& to) {
    try {
      copy(from, to);
    } catch (const store::OpenError& e) {
      CHECK(std::string_view(e.what()).find('\n') == std::string_view::npos);
      return e.what();
    }
    return "none";
  }
  // The lines with the digests, which are of the source's rows and of the target's.
  std::vector<std::string> digests() const {
    std::vector<std::string> found;
    for (const auto& line : said)
      if (line.find("sha256") != std::string::npos) found.push_back(line);
    return found;
  }
  std::int64_t number(const Place& place, std::string_view sql) {
    std::int64_t n = 0;
    store::read(place, [&](Snapshot& db) { n = *db.one<std::int64_t>(sql); });
    return n;
  }
  // What was refused half-way and what was never begun look the same.
  void check_nothing_in_postgres() {
    store::demand_empty(postgres);
    CHECK(number(postgres, "SELECT count(*) FROM throttle") == 0);
  }
  void check_no_files_but(const Place& place) {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      CHECK(entry.path().string().starts_with(place.file.string()));
  }
};

// Each table's rows as SQLite itself writes them down, without a word of the code under test.
std::map<std::string, std::string> dump(const Place& place) {
  SQLite::Database database(place.file.string(), SQLite::OPEN_READONLY);
  std::map<std::string, std::string> tables;
  SQLite::Statement table(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  while (table.executeStep()) {
    const std::string name = table.getColumn(0).getString();
    std::string columns, order;
    SQLite::Statement column(database, "SELECT name FROM pragma_table_info('" + name + "') ORDER BY cid");
    while (column.executeStep()) {
      const std::string quoted = "\"" + column.getColumn(0).getString() + "\"";
      columns += (columns.empty() ? "quote(" : " || ',' || quote(") + quoted + ")";
      order += (order.empty() ? "" : ", ") + quoted;
    }
    SQLite::Statement row(database, "SELECT " + columns + " FROM \"" + name + "\" ORDER BY " + order);
    std::string& rows = tables[name];
    while (row.executeStep()) rows += row.getColumn(0).getString() + "\n";
  }
  return tables;
}

TEST_CASE_FIXTURE(Places, "there and back again, every table is what it was") {
  copy(here, postgres);
  const auto there = digests();
  copy(postgres, back);
  CHECK(digests().size() == there.size());
  for (const auto& line : digests()) {
    CAPTURE(line);
    CHECK(std::find(there.begin(), there.end(), line) != there.end());
  }
  const auto before = dump(here), after = dump(back);
  REQUIRE(before.size() == after.size());
  for (const auto& [name, rows] : before) {
    CAPTURE(name);
    CHECK(!rows.empty());  // a table that is new in the schema wants a row in `fill`
    CHECK((rows == after.at(name)));
  }
  CHECK(store::check(back).empty());
}

TEST_CASE_FIXTURE(Places, "what is there is what PostgreSQL itself would say") {
  copy(here, postgres);
  CHECK(number(postgres, "SELECT count(*) FROM staff WHERE active") == 1);
  CHECK(number(postgres, "SELECT count(*) FROM staff WHERE NOT active") == 1);
  CHECK(number(postgres, "SELECT count(*) FROM account WHERE login IS NULL AND disabled_at IS NULL") == 1);
  CHECK(number(postgres, "SELECT count(*) FROM client WHERE phone = '' AND created_at = -1") == 1);
  CHECK(number(postgres, "SELECT count(*) FROM meeting WHERE latitude = float8 '-74.00597'") == 1);
  CHECK(number(postgres, "SELECT count(*) FROM busy WHERE overridden") == 2);
  CHECK(number(postgres, "SELECT count(*) FROM wake") == 0);
}

TEST_CASE_FIXTURE(Places, "new ids come after those that were copied, on either side") {
  copy(here, postgres);
  copy(postgres, back);
  for (const Place& place : {postgres, back}) {
    write(place, [](Transaction& tx) {
      CHECK(*tx.one<std::int64_t>("INSERT INTO person (kind) VALUES ('client') RETURNING id") ==
            9'000'000'001);
      CHECK(*tx.one<std::int64_t>(
                "INSERT INTO audit (at, action, subject_kind, subject_id, detail, request_id) "
                "VALUES (6, 'b', 'client', 3, '{}', '') RETURNING id") == 42);
      CHECK(*tx.one<std::int64_t>(
                "INSERT INTO occurrence (commitment_id, client_id, starts_at, ends_at) VALUES "
                "(1, 3, 50, 60) RETURNING id") > 77777);
    });
  }
}

TEST_CASE_FIXTURE(Places, "a target that holds anything is refused, and keeps it") {
  write(postgres, [](Transaction& tx) { add_site(tx, "Hill"); });
  CHECK(contains(refusal(here, postgres), "holds data (in site)"));
  CHECK_THROWS_AS(store::demand_empty(postgres), store::OpenError);
  CHECK(number(postgres, "SELECT count(*) FROM site") == 1);
  CHECK(number(postgres, "SELECT count(*) FROM person") == 0);

  CHECK_THROWS_AS(store::demand_empty(here), store::OpenError);
  store::demand_empty(back);
}

TEST_CASE_FIXTURE(Places, "a value that changed on the way is found, and nothing stays") {
  store::open(postgres)->finish();
  store::PostgresConnection(postgres.uri)
      .script(
          "CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
          "NEW.failures = NEW.failures + (NEW.failures = 1200)::int; RETURN NEW; END $$; "
          "CREATE TRIGGER change BEFORE INSERT ON throttle FOR EACH ROW EXECUTE FUNCTION change()");
  CHECK(contains(refusal(here, postgres), "rows of throttle are not the same"));
  check_nothing_in_postgres();
  store::PostgresConnection(postgres.uri).script("DROP FUNCTION change CASCADE");
  CHECK(refusal(here, postgres) == "none");  // an empty database is still one to go to
}

TEST_CASE_FIXTURE(Places, "a row that got lost on the way is found, and nothing stays") {
  store::open(postgres)->finish();
  store::PostgresConnection(postgres.uri)
      .script(
          "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; "
          "CREATE TRIGGER lose BEFORE INSERT ON key_check FOR EACH ROW EXECUTE FUNCTION lose()");
  CHECK(contains(refusal(here, postgres), "key_check has 1 rows in the source and 0 in the target"));
  check_nothing_in_postgres();
}

TEST_CASE_FIXTURE(Places, "what the target refuses is named by its table, and nothing stays") {
  SQLite::Database(here.file.string(), SQLite::OPEN_READWRITE)
      .exec("UPDATE meeting SET notes = 'half' || char(0) || 'text' WHERE id = 8");
  CHECK(contains(refusal(here, postgres), "the copy failed at meeting: "));
  check_nothing_in_postgres();
}

TEST_CASE_FIXTURE(Places, "a connection that breaks in the middle leaves nothing") {
  std::string why;
  try {
    store::copy(
        here, postgres,
        [&](const std::string& line) {
          if (line.starts_with("stream_event: "))
            store::PostgresConnection(postgres.uri)
                .script(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                    "current_database() "
                    "AND pid <> pg_backend_pid()");
        },
        [](Snapshot&) {});
  } catch (const store::OpenError& e) {
    why = e.what();
  }
  CHECK(contains(why, "the copy failed at service"));
  check_nothing_in_postgres();
}

TEST_CASE_FIXTURE(Places, "a copy that its last check refuses leaves no trace") {
  copy(here, postgres);
  const auto refuse = [](Snapshot& db) {
    CHECK(*db.one<std::int64_t>("SELECT count(*) FROM person") == 6);  // it sees the copy
    throw store::OpenError("not good enough");
  };
  CHECK_THROWS_WITH(store::copy(
                        postgres, back, [](const std::string&) {}, refuse),
                    "not good enough");
  check_no_files_but(here);
  CHECK(refusal(postgres, back) == "none");
}

TEST_CASE_FIXTURE(Places, "what a killed copy left is no obstacle") {
  const auto remains = back.file.string() + ".arriving";
  std::ofstream(remains) << "half a database";
  std::ofstream(remains + "-wal") << "and its log";
  copy(here, back);
  CHECK((dump(here) == dump(back)));
  CHECK(!std::filesystem::exists(remains));
  CHECK(!std::filesystem::exists(remains + "-wal"));
}

TEST_CASE_FIXTURE(Places, "a table or a column that somebody added is told, not left behind") {
  copy(here, postgres);
  SUBCASE("a table") {
    store::PostgresConnection(postgres.uri).script("CREATE TABLE notes (id bigint PRIMARY KEY)");
    CHECK(contains(refusal(postgres, back), "there is no table notes"));
  }
  SUBCASE("a column") {
    store::PostgresConnection(postgres.uri).script("ALTER TABLE room ADD COLUMN colour text");
    CHECK(contains(refusal(postgres, back), "room.colour"));
  }
  SUBCASE("a column of a kind that is none of ours") {
    store::PostgresConnection(postgres.uri).script("ALTER TABLE room ADD COLUMN colour inet");
    CHECK(contains(refusal(postgres, back), "room.colour"));
  }
  check_no_files_but(here);
}

TEST_CASE("a database that cannot be reached is one line") {
  const Place nowhere{{}, "postgres://127.0.0.1:1/nothing"};
  CHECK_THROWS_AS(store::demand_empty(nowhere), store::OpenError);
  CHECK_THROWS_AS(store::others_connected(nowhere), store::OpenError);
}

}  // namespace
}  // namespace circled
