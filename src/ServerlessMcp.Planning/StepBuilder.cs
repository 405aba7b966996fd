using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning.Checks;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning;

/// <summary>Makes a step of a draft: first without what AWS says (<see cref="Build"/>), then with it (<see cref="Finish"/>).</summary>
internal sealed partial class StepBuilder(IAwsCatalog catalog, IQueryLanguage query)
{
    /// <param name="earlier">The steps before it, already built.</param>
    public Step Build(StepDraft draft, PlanTarget target, IReadOnlyList<Step> earlier, ProblemList problems)
    {
        if (draft.Look is { } look)
        {
            return look;
        }

        var entry = draft.Entry;
        var parameters = Marked(draft.Parameters, entry, $"{draft.Path}.parameters", problems);
        var template = new Template(query, PlanningScope.Of(target, draft.Parameters, null, TypeOf(draft)));
        var resource = entry is null ? null : template.Text(entry.Resource) ?? StepResource.OfEarlier(draft, earlier);
        CheckAlternatives(draft, problems);
        return new()
        {
            Id = draft.Id,
            Effect = entry?.Effect ?? OperationEffect.Of(draft.Operation.Name),
            Title = draft.Request.Title ?? StepResource.Title(draft.Operation.Name, resource, draft.Parameters),
            Resource = resource,
            Part = entry?.Part,
            Call = new("aws", draft.Operation.Service, draft.Operation.Name, parameters),
            Before = Read(entry?.Before, draft, template, own: false, problems) is { } read
                ? read with { Exists = entry?.Exists is { } exists && template.Holds(exists) }
                : null,
            After = Read(entry?.After, draft, template, own: true, problems),
            Wait = draft.Request.Wait is { } wait ? Own(draft, wait) : Wait(entry?.Wait, draft, template, problems),
            Repeat = Repeat(draft, template, problems),
            AlreadyDone = entry?.AlreadyDone ?? [],
            SettleSeconds = entry?.SettleSeconds ?? 0,
            Empty = Empty(draft, template, problems),
            Reversibility = new(UndoClass.None, []),
            Alternatives = [.. (draft.Request.Alternatives ?? [])
                .Select((other, n) => Marked(other, entry, $"{draft.Path}.alternatives[{n}].parameters", problems))],
            Iam = entry?.Iam ?? catalog.Actions(draft.Operation.Service, draft.Operation.Name),
            Catalogue = entry?.Name,
        };
    }

    /// <param name="read">What the before-read showed.</param>
    public Step Finish(Step step, StepDraft draft, PlanTarget target, BeforeResult read, ProblemList problems)
    {
        if (draft.Look is not null)
        {
            return step;
        }

        var before = step.Before is null ? null : step.Before with { Planned = read.Planned, Value = read.Value?.DeepClone() };
        var template = new Template(query, PlanningScope.Of(target, draft.Parameters, read.Value, TypeOf(draft)));
        var reversibility = Class(draft, template, step.Before is null || read.Planned);
        return step with
        {
            Before = before,
            Effect = step.Effect == StepEffect.Change && before is { Planned: true, Value: null } && draft.Entry?.Before?.Optional == true
                ? StepEffect.Create
                : step.Effect,
            Undo = reversibility.Class == UndoClass.None ? [] : Undos(draft, template, problems),
            Reversibility = reversibility,
            Repeat = reversibility.Class == UndoClass.None ? new() { Rule = RepeatRule.Never } : step.Repeat,
        };
    }

    /// <summary>The caller's own undo; null where there is none.</summary>
    public ApiCall? Declared(StepDraft draft)
    {
        if (draft.Request.Undo is not { } own)
        {
            return null;
        }

        var operation = catalog.Operation(catalog.CanonicalService(own.Service), own.Operation);
        return new("aws", operation.Service, operation.Name, own.Parameters.DeepClone().AsObject());
    }

    private IReadOnlyList<StepUndo> Undos(StepDraft draft, Template template, ProblemList problems)
    {
        if (Declared(draft) is { } own)
        {
            return [new(null, own, null, [])];
        }

        return [.. (draft.Entry?.Undo ?? []).Where(undo => template.Holds(undo.Given)).Select(undo => new StepUndo(
            undo.When,
            Call(draft, undo.Operation, template.FillObject(undo.Parameters, own: true)),
            Wait(undo.Wait, draft, template, problems),
            undo.AlreadyDone))];
    }

    private static Reversibility Class(StepDraft draft, Template template, bool known)
    {
        if (draft.Request.Undo is not null)
        {
            return new(UndoClass.Declared, []);
        }

        if (draft.Entry is not { } entry)
        {
            return new(UndoClass.None, []);
        }

        var chosen = known
            ? entry.Class.First(item => template.Holds(item.When))
            : Possible(entry, template).OrderByDescending(item => item.Class).ThenByDescending(item => item.Loses?.Count ?? 0).First();
        return new(chosen.Class, chosen.Loses ?? []);
    }

    /// <summary>The classes that there may be while nobody knows what was there before.</summary>
    private static IEnumerable<EntryClass> Possible(UndoEntry entry, Template template)
    {
        foreach (var item in entry.Class)
        {
            var isOpen = item.When?.Contains("before", StringComparison.Ordinal) == true;
            if (isOpen || template.Holds(item.When))
            {
                yield return item;
            }

            if (!isOpen && template.Holds(item.When))
            {
                yield break;
            }
        }
    }

    private static StepRead? Read(EntryRead? read, StepDraft draft, Template template, bool own, ProblemList problems)
    {
        if (read is null || !template.Holds(read.Given))
        {
            return null;
        }

        return new()
        {
            Call = Call(draft, read.Operation, template.FillObject(read.Parameters, own)),
            Select = Expression(read.Select, draft, template, problems),
            Absent = read.Absent,
        };
    }

    private static StepRepeat Repeat(StepDraft draft, Template template, ProblemList problems) => new()
    {
        Rule = draft.Entry?.Repeat ?? RepeatRule.Never,
        TokenAt = draft.Entry?.Repeat == RepeatRule.Token ? $"/{draft.Operation.TokenMember}" : null,
        MarkerAt = StepMarker.PlaceOf(draft.Entry),
        Locate = Read(draft.Entry?.Locate, draft, template, own: false, problems),
    };

    private static IReadOnlyList<StepCondition> Empty(StepDraft draft, Template template, ProblemList problems) =>
        [.. (draft.Entry?.Empty ?? []).Select(item => new StepCondition(
            item.Title,
            Call(draft, item.Operation, template.FillObject(item.Parameters, own: true)),
            Expression(item.Until, draft, template, problems)))];

    private static StepWait? Wait(EntryWait? wait, StepDraft draft, Template template, ProblemList problems)
    {
        if (wait is null)
        {
            return null;
        }

        var parameters = template.FillObject(wait.Parameters, own: true);
        return new()
        {
            Service = wait.Waiter is null ? null : draft.Operation.Service,
            Waiter = wait.Waiter,
            Parameters = wait.Waiter is null ? null : parameters,
            Call = wait.Operation is null ? null : Call(draft, wait.Operation, parameters),
            Until = wait.Until is null ? null : Expression(wait.Until, draft, template, problems),
            FailWhen = wait.FailWhen is null ? null : Expression(wait.FailWhen, draft, template, problems),
            UntilErrors = wait.UntilErrors,
            TimeoutSeconds = wait.TimeoutSeconds,
        };
    }

    private StepWait Own(StepDraft draft, Requests.WaitRequest wait)
    {
        var service = draft.Operation.Service;
        var parameters = wait.Parameters?.DeepClone().AsObject() ?? [];
        return new()
        {
            Service = wait.Waiter is null ? null : service,
            Waiter = wait.Waiter is null ? null : catalog.Waiter(service, wait.Waiter),
            Parameters = wait.Waiter is null ? null : parameters,
            Call = wait.Operation is null ? null : Call(draft, catalog.Operation(service, wait.Operation).Name, parameters),
            Until = wait.Until,
            FailWhen = wait.FailWhen,
            TimeoutSeconds = wait.TimeoutSeconds ?? 600,
        };
    }

    private static ApiCall Call(StepDraft draft, string operation, JsonObject parameters) =>
        new("aws", draft.Operation.Service, operation, parameters);

    private static string Expression(string text, StepDraft draft, Template template, ProblemList problems)
    {
        try
        {
            return template.Expression(text);
        }
        catch (NotLiteralException e)
        {
            problems.Add(
                $"{draft.Path}.parameters.{e.Parameter}",
                $"must not hold a reference: what is read around {draft.Operation.Name} is selected by it");
            return text;
        }
    }

    private static JsonObject Marked(JsonObject parameters, UndoEntry? entry, string path, ProblemList problems)
    {
        var marked = parameters.DeepClone().AsObject();
        StepMarker.Put(marked, entry, path, problems);
        return marked;
    }

    /// <summary>Before, undo and resource are made from the call's own parameters, so an alternative must agree with it on those.</summary>
    private static void CheckAlternatives(StepDraft draft, ProblemList problems)
    {
        if (draft.Entry is not { } entry || draft.Request.Alternatives is not { Count: > 0 } alternatives)
        {
            return;
        }

        var text = JsonSerializer.Serialize(entry, CatalogueJson.Default.UndoEntry);
        var used = ParameterName().Matches(text).Select(match => match.Groups["name"].Value).Distinct().ToList();
        for (var n = 0; n < alternatives.Count; n++)
        {
            foreach (var name in used.Where(name => !JsonNode.DeepEquals(alternatives[n][name], draft.Parameters[name])))
            {
                problems.Add(
                    $"{draft.Path}.alternatives[{n}].parameters.{name}",
                    $"must be the same as in the step's own parameters: the undo of {entry.Operation} is made from it");
            }
        }
    }

    private static string? TypeOf(StepDraft draft) =>
        draft.Entry?.Target is { } target && draft.Parameters[target] is JsonArray { Count: 1 } items
            && items[0] is JsonValue value && value.TryGetValue<string>(out var id) && id.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash
            ? draft.Entry.Types.GetValueOrDefault(id[..dash])
            : null;

    [GeneratedRegex(@"param\.(?<name>[A-Za-z][A-Za-z0-9]*)")]
    private static partial Regex ParameterName();
}
