using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>
/// The answers of several places as one: <c>results[{account?, region, data, count?, cursor?, pages_left_out?} | {account?, region, error{code, class?, message, retryable}}]</c>.
/// Together they are no longer than one answer may be; places that say little leave their room to the others.
/// </summary>
internal static class PlaceViews
{
    private const int MaxErrorCharacters = 600;

    public static ToolAnswer.Said Answer(ToolArguments arguments, IReadOnlyList<ReadPlace> places, IReadOnlyList<(ReadOutcome? Outcome, Exception? Failure)> outcomes)
    {
        var cut = Cut(outcomes);
        var answered = cut.Count(one => one.Slice is not null);
        var view = new JsonObject
        {
            ["service"] = arguments.Text("service"),
            ["operation"] = arguments.Text("operation"),
            ["answered"] = answered,
            ["failed"] = places.Count - answered,
            ["results"] = new JsonArray([.. cut.Select((one, n) => (JsonNode)Result(places[n], outcomes[n].Outcome, one))]),
        };
        var call = $"{arguments.Text("service")}:{arguments.Text("operation")}";
        if (answered == 0)
        {
            view["code"] = "no_place_answered";
            view["message"] = $"None of the {places.Count} places answered; results says why, for each.";
        }

        return new(new($"{call} in {places.Count} places: {answered} answered{(answered < places.Count ? $", {places.Count - answered} did not" : "")}.", view)
        {
            Data = string.Join('\n', view["results"]!.AsArray().Select(result => Line(result!.AsObject()))),
            Source = $"aws:{call}",
            IsError = answered == 0,
            Next = new(Next(arguments, view["results"]!.AsArray())),
        });
    }

    /// <summary>First what each would fill if it were alone, then its share.</summary>
    private static List<Part> Cut(IReadOnlyList<(ReadOutcome? Outcome, Exception? Failure)> outcomes)
    {
        var parts = outcomes.Select(one => one.Outcome is { } outcome ? Cut(outcome, ReadSlice.MaxCharacters) : new(null, Error(one.Failure!))).ToList();
        var shares = FairShares.Of([.. parts.Select(part => Views.Compact(part.Slice?.Data ?? part.Error).Length)], ReadSlice.MaxCharacters);
        return [.. parts.Select((part, n) => part.Slice is not null && Views.Compact(part.Slice.Data).Length > shares[n] ? Cut(outcomes[n].Outcome!, shares[n]) : part)];
    }

    private static Part Cut(ReadOutcome outcome, int room)
    {
        try
        {
            return new(outcome.Cut(room), null);
        }
        catch (CallerException tooLarge)
        {
            return new(null, Error(tooLarge));
        }
    }

    /// <summary>As it would be alone, without the request around it.</summary>
    private static JsonObject Error(Exception failure)
    {
        var whole = ToolErrors.From(failure)!.View;
        var words = whole["problems"]!.AsArray().Select(problem => $"{problem!["path"]} {problem["message"]}.").Prepend((string)whole["message"]!);
        var message = PlainText.OneLine(string.Join(' ', whole["quoted"] is { } quoted ? words.Append($"{quoted}") : words));
        var error = new JsonObject
        {
            ["code"] = whole["code"]!.DeepClone(),
            ["message"] = message.Length <= MaxErrorCharacters ? message : $"{message[..MaxErrorCharacters]}...",
            ["retryable"] = whole["retryable"]!.DeepClone(),
        };
        if (whole["class"] is { } kind)
        {
            error["class"] = kind.DeepClone();
        }

        return error;
    }

    private static JsonObject Result(ReadPlace place, ReadOutcome? outcome, Part part)
    {
        var view = new JsonObject();
        ExecutionViews.Add(view, "account", place.Account);
        view["region"] = place.Region;
        if (part.Slice is not { } slice)
        {
            view["error"] = part.Error;
            return view;
        }

        view["data"] = slice.Data;
        if (slice.Count is { } count)
        {
            view["count"] = count;
        }

        ExecutionViews.Add(view, "cursor", outcome!.Next(slice)?.ToString());
        if (outcome.IsPart)
        {
            view["pages_left_out"] = true;
        }

        return view;
    }

    private static string Line(JsonObject result)
    {
        var place = result["account"] is { } account ? $"{account} {result["region"]}" : (string)result["region"]!;
        if (result["error"] is { } error)
        {
            return PlainText.OneLine($"[{place}] {error["code"]}: {error["message"]}");
        }

        var count = result["count"] is { } number ? $" {number} item{((int)number == 1 ? "" : "s")}" : "";
        var more = result["cursor"] is { } cursor ? $"; more with \"cursor\":\"{cursor}\"" : "";
        return $"[{place}]{count}{more}\n{Views.Compact(result["data"])}";
    }

    /// <summary>The first place that has more, alone.</summary>
    private static NextCall? Next(ToolArguments arguments, JsonArray results)
    {
        if (results.FirstOrDefault(result => result!["cursor"] is not null) is not { } first)
        {
            return null;
        }

        var again = arguments.With("cursor", first["cursor"]!.DeepClone());
        again.Remove("region");
        again["regions"] = new JsonArray(first["region"]!.DeepClone());
        if (first["account"] is { } account)
        {
            again["accounts"] = new JsonArray(account.DeepClone());
        }

        return new("aws_read", again, "reads what comes after in one place; each place's own cursor does so there");
    }

    private sealed record Part(ReadSlice? Slice, JsonObject? Error);
}
