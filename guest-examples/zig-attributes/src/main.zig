//! Refuses deployments that lack facts which must be known of each: a plain command, which reads the event from standard
//! input and answers with its exit status. The last line of standard error is the reason.

const std = @import("std");
const Io = std.Io;
const Value = std.json.Value;

/// What is required when the config key `require` is not set.
const default_require = "application, group, revision";

pub fn main(init: std.process.Init) !u8 {
    const arena = init.arena.allocator();
    var buffer: [4096]u8 = undefined;
    var input = Io.File.stdin().readerStreaming(init.io, &buffer);
    const text = try input.interface.allocRemaining(arena, .limited(1 << 20));

    const event = std.json.parseFromSliceLeaky(Value, arena, text, .{}) catch |err| {
        std.debug.print("the event on standard input is no JSON: {t}\n", .{err});
        return 1;
    };
    if (event != .object) {
        std.debug.print("the event on standard input is no object\n", .{});
        return 1;
    }
    const reason = try judge(arena, event) orelse return 0;
    std.debug.print("{s}\n", .{reason});
    return 1;
}

/// Why the deployment must stop, or null.
fn judge(arena: std.mem.Allocator, event: Value) !?[]const u8 {
    const require = textAt(event, &.{ "config", "require" }) orelse default_require;
    var missing: std.ArrayList([]const u8) = .empty;
    var wrong: std.ArrayList([]const u8) = .empty;

    var entries = std.mem.splitScalar(u8, require, ',');
    while (entries.next()) |entry| {
        // `name` must be known, `name=value` must also be that.
        var parts = std.mem.splitScalar(u8, std.mem.trim(u8, entry, " \t"), '=');
        const name = parts.first();
        if (name.len == 0) continue;
        const found = textAt(event, &.{name}) orelse textAt(event, &.{ "attributes", name }) orelse {
            try missing.append(arena, name);
            continue;
        };
        const expected = parts.next() orelse continue;
        if (!std.mem.eql(u8, found, expected)) {
            try wrong.append(arena, try std.fmt.allocPrint(arena, "{s} is {s}, expected {s}", .{ name, found, expected }));
        }
    }
    if (missing.items.len > 0) {
        const names = try std.mem.join(arena, ", ", missing.items);
        return try std.fmt.allocPrint(arena, "this deployment does not say its {s}; add it, or take it out of the config key `require`", .{names});
    }
    return if (wrong.items.len > 0) try std.mem.join(arena, "; ", wrong.items) else null;
}

/// The text at a path through objects; null when it is not there or empty.
fn textAt(value: Value, path: []const []const u8) ?[]const u8 {
    var inner = value;
    for (path) |key| {
        if (inner != .object) return null;
        inner = inner.object.get(key) orelse return null;
    }
    return if (inner == .string and inner.string.len > 0) inner.string else null;
}

fn judged(text: []const u8) !?[]const u8 {
    // Leaks end with the test.
    const arena = std.heap.page_allocator;
    return judge(arena, try std.json.parseFromSliceLeaky(Value, arena, text, .{}));
}

test "a deployment that says everything goes on" {
    try std.testing.expectEqual(null, try judged(
        \\{"application": "a", "group": "g", "revision": "r", "config": {}}
    ));
}

test "what is not known is named" {
    const reason = (try judged(
        \\{"application": "a", "group": null, "attributes": {"ticket": "OPS-1"}, "config": {"require": "group, ticket"}}
    )).?;
    try std.testing.expectEqualStrings("this deployment does not say its group; add it, or take it out of the config key `require`", reason);
}

test "what is known must be what is expected" {
    const reason = (try judged(
        \\{"application": "shop", "config": {"require": "application=demo"}}
    )).?;
    try std.testing.expectEqualStrings("application is shop, expected demo", reason);
}
