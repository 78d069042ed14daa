// Identifiers. Every noun has its own type, so that a client's id cannot be handed where a session's
// is meant; inside each is the row's 64-bit key, and that is also what JSON shows.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace circled {

template <class Tag>
struct Id {
  std::int64_t value = 0;

  constexpr Id() = default;
  constexpr explicit Id(std::int64_t v) : value(v) {}
  constexpr auto operator<=>(const Id&) const = default;
  constexpr explicit operator bool() const { return value != 0; }

  // Staff and clients are persons: their ids widen to PersonId by themselves, never the other way.
  template <class Other>
  requires requires { typename Tag::widens_to; } && std::same_as<Other, typename Tag::widens_to>
  constexpr operator Id<Other>() const { return Id<Other>{value}; }
};

struct PersonTag {};
struct StaffTag {
  using widens_to = PersonTag;
};
struct ClientTag {
  using widens_to = PersonTag;
};

using PersonId = Id<PersonTag>;
using StaffId = Id<StaffTag>;
using ClientId = Id<ClientTag>;
using SiteId = Id<struct SiteTag>;
using RoomId = Id<struct RoomTag>;
using AccountId = Id<struct AccountTag>;
using SignInId = Id<struct SignInTag>;
using EpisodeId = Id<struct EpisodeTag>;
using ServiceId = Id<struct ServiceTag>;
using SessionId = Id<struct SessionTag>;
using GroupId = Id<struct GroupTag>;
using SeriesId = Id<struct SeriesTag>;
using EnrolmentId = Id<struct EnrolmentTag>;
using WaitlistId = Id<struct WaitlistTag>;
using HoldId = Id<struct HoldTag>;
using ClosureId = Id<struct ClosureTag>;
using FeedId = Id<struct FeedTag>;
using ClearanceId = Id<struct ClearanceTag>;
using MeetingId = Id<struct MeetingTag>;
using CommitmentId = Id<struct CommitmentTag>;
using OccurrenceId = Id<struct OccurrenceTag>;
using TaskId = Id<struct TaskTag>;
using ConsentId = Id<struct ConsentTag>;
using DisclosureId = Id<struct DisclosureTag>;
using CareRuleId = Id<struct CareRuleTag>;
using ReminderId = Id<struct ReminderTag>;
using AuditId = Id<struct AuditTag>;

template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

}  // namespace circled

template <class Tag>
struct std::hash<circled::Id<Tag>> {
  std::size_t operator()(circled::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
