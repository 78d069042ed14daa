// Conditions that several statements of this room ask, each once. Private to the room.
#pragma once

// Of a row `A` of channel_address: it may be written to.
#define CIRCLED_USABLE(A) \
  A ".verified_at IS NOT NULL AND " A ".stopped_at IS NULL AND " A ".failed_at IS NULL"

// The person has an address that may be written to.
#define CIRCLED_REACHABLE(PERSON) \
  "EXISTS (SELECT 1 FROM channel_address a WHERE a.person_id = " PERSON " AND " CIRCLED_USABLE("a") ")"

// The person has a device that is signed in at NOW.
#define CIRCLED_HAS_DEVICE(PERSON, NOW)                                    \
  "EXISTS (SELECT 1 FROM account c JOIN sign_in i ON i.account_id = c.id " \
  "WHERE c.person_id = " PERSON " AND i.revoked_at IS NULL AND i.expires_at > " NOW ")"

// Of those, the ones that notifications are on for, as rows `p`.
#define CIRCLED_WAKEABLE(PERSON, NOW)                \
  "account c JOIN sign_in i ON i.account_id = c.id " \
  "JOIN push_subscription p ON p.sign_in_id = i.id " \
  "WHERE c.person_id = " PERSON " AND i.revoked_at IS NULL AND i.expires_at > " NOW

// What the reminder `R` says has been seen, on whichever channel.
#define CIRCLED_SEEN(R)                                                  \
  "EXISTS (SELECT 1 FROM reminder seen WHERE seen.subject_kind = " R     \
  ".subject_kind "                                                       \
  "AND seen.subject_id = " R ".subject_id AND seen.receiver_id = " R     \
  ".receiver_id "                                                        \
  "AND seen.offset_minutes = " R ".offset_minutes AND seen.version = " R \
  ".version "                                                            \
  "AND seen.state = 'acknowledged')"
