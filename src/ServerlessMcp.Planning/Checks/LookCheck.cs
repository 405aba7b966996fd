using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Planning.Checks;

/// <summary>Makes drafts of the steps that change nothing, and finds what is wrong with them without asking AWS.</summary>
internal sealed partial class LookCheck(CallCheck calls, ReferenceCheck references)
{
    private const int DefaultApprovalSeconds = 86_400;
    private const int MaxAlarmName = 255;

    /// <returns>Null if it cannot be drafted; the problems say why.</returns>
    public StepDraft? Draft(StepRequest step, string path, ProblemList problems) => step.Kind switch
    {
        StepKind.Check => CheckStep(step, step.Check ?? new(""), path, problems),
        StepKind.Bake => Bake(step, step.Bake ?? new([], 0), path, problems),
        StepKind.Approval => Approval(step, step.Approval ?? new(), path, problems),
        StepKind.Collect => Collect(step, step.Reads ?? [], path, problems),
        _ => throw new ArgumentException($"A {step.Kind} changes something.", nameof(step)),
    };

    /// <summary>What its reads are given, and what its condition refers to.</summary>
    public void Check(StepDraft draft, StepOrder order, ProblemList problems)
    {
        if (draft.Look is { Check: { } check })
        {
            Parameters(draft.Operation, draft.Parameters, order, $"{draft.Path}.parameters", problems);
            references.CheckText(check.Until, order, $"{draft.Path}.until", problems);
            Expression(check.Until, $"{draft.Path}.until", problems);
            Literal(check.Show, $"{draft.Path}.show", problems);
        }

        foreach (var (read, n) in (draft.Look?.Collect ?? []).Select((read, n) => (read, n)))
        {
            Parameters(draft.Reads[read.Name], read.Call.Parameters, order, $"{draft.Path}.reads[{n}].parameters", problems);
            Literal(read.Select, $"{draft.Path}.reads[{n}].select", problems);
        }
    }

    private StepDraft? CheckStep(StepRequest step, CheckRequest check, string path, ProblemList problems)
    {
        if (string.IsNullOrWhiteSpace(check.Until))
        {
            problems.Add($"{path}.until", "is missing: the JMESPath condition over the answer that must be true");
        }

        Within(check.TimeoutSeconds, 0, PlanLimits.MaxLookSeconds, $"{path}.timeout_seconds", problems);
        if (Read(step.Service, step.Operation, path, problems) is not { } operation)
        {
            return null;
        }

        var call = new ApiCall("aws", operation.Service, operation.Name, step.Parameters.DeepClone().AsObject());
        var look = Step.Look(step.Id, StepKind.Check, step.Title ?? $"Check that {check.Until}", call) with
        {
            Check = new(check.Until, check.TimeoutSeconds ?? 0, check.Show),
            Iam = [Iam(operation)],
        };
        return new(path, step.Id, step, operation, null, step.Parameters.DeepClone().AsObject()) { Look = look };
    }

    private static StepDraft Bake(StepRequest step, BakeRequest bake, string path, ProblemList problems)
    {
        Within(bake.Seconds, 1, PlanLimits.MaxLookSeconds, $"{path}.seconds", problems);
        if (bake.Alarms.Count is 0 or > PlanLimits.MaxAlarms)
        {
            problems.Add($"{path}.alarms", $"has {bake.Alarms.Count} names; 1 to {PlanLimits.MaxAlarms} CloudWatch alarms are right");
        }

        foreach (var (name, n) in bake.Alarms.Select((name, n) => (name, n)))
        {
            if (name.Length is 0 or > MaxAlarmName || References.FindInText(name, own: true).Any())
            {
                problems.Add($"{path}.alarms[{n}]", $"must be the name of an alarm that is there now, 1 to {MaxAlarmName} characters");
            }
            else if (bake.Alarms.Take(n).Contains(name))
            {
                problems.Add($"{path}.alarms[{n}]", $"'{name}' is named twice");
            }
        }

        var call = AlarmReads.Call(bake.Alarms);
        var title = step.Title ?? $"Watch {(bake.Alarms.Count == 1 ? bake.Alarms[0] : $"{bake.Alarms.Count} alarms")} for {bake.Seconds} seconds";
        var look = Step.Look(step.Id, StepKind.Bake, title, call) with { Bake = new(bake.Alarms, bake.Seconds), Iam = [AlarmReads.Iam] };
        return new(path, step.Id, step, StepDraft.NoOperation, null, []) { Look = look };
    }

    private static StepDraft Approval(StepRequest step, ApprovalRequest approval, string path, ProblemList problems)
    {
        Within(approval.TimeoutSeconds, 60, PlanLimits.MaxApprovalSeconds, $"{path}.timeout_seconds", problems);
        if (approval.Decision is not ("confirm" or "approve"))
        {
            problems.Add($"{path}.decision", $"is '{approval.Decision}'; confirm (the requester's own yes) or approve (another person's) is right");
        }

        var title = step.Title ?? (approval.Decision == "approve" ? "Another person approves" : "The requester confirms");
        var look = Step.Look(step.Id, StepKind.Approval, title) with
        {
            Approval = new(approval.Decision, approval.TimeoutSeconds ?? DefaultApprovalSeconds),
        };
        return new(path, step.Id, step, StepDraft.NoOperation, null, []) { Look = look };
    }

    private StepDraft? Collect(StepRequest step, IReadOnlyList<ReadRequest> reads, string path, ProblemList problems)
    {
        if (reads.Count is 0 or > PlanLimits.MaxReads)
        {
            problems.Add($"{path}.reads", $"has {reads.Count} reads; 1 to {PlanLimits.MaxReads} are made at once");
        }

        var operations = new Dictionary<string, AwsOperation>();
        var collected = new List<StepCollect>();
        foreach (var (read, n) in reads.Select((read, n) => (read, n)))
        {
            if (ReadName(read.Name, operations.Keys, $"{path}.reads[{n}].name", problems)
                && Read(read.Service, read.Operation, $"{path}.reads[{n}]", problems) is { } operation)
            {
                operations[read.Name] = operation;
                collected.Add(new(read.Name, new("aws", operation.Service, operation.Name, read.Parameters.DeepClone().AsObject()), read.Select));
            }
        }

        if (collected.Count < reads.Count)
        {
            return null;
        }

        var look = Step.Look(step.Id, StepKind.Collect, step.Title ?? $"Read {string.Join(", ", reads.Take(4).Select(read => read.Name))}") with
        {
            Collect = collected,
            Iam = [.. operations.Values.Select(Iam).Distinct()],
        };
        var given = new JsonArray([.. reads.Select(read => (JsonNode)new JsonObject { ["parameters"] = read.Parameters.DeepClone() })]);
        return new(path, step.Id, step, StepDraft.NoOperation, null, new() { ["reads"] = given }) { Look = look, Reads = operations };
    }

    private static bool ReadName(string name, IEnumerable<string> earlier, string path, ProblemList problems)
    {
        var problem = !ReadName().IsMatch(name) ? $"'{name}' must be a lower-case letter and then up to 31 of a-z, 0-9 and _"
            : name == StepCollect.Errors ? $"'{name}' is where the errors of reads stand; take another name"
            : earlier.Contains(name) ? $"'{name}' is the name of an earlier read; names are unique"
            : null;
        if (problem is not null)
        {
            problems.Add(path, problem);
        }

        return problem is null;
    }

    /// <summary>The same gate as that of the read port: what shows secrets, costs money or has side effects does not pass.</summary>
    private AwsOperation? Read(string service, string operation, string path, ProblemList problems)
    {
        if (calls.Operation(service, operation, path, problems) is not { } found)
        {
            return null;
        }

        if (found.IsHarmlessRead)
        {
            return found;
        }

        problems.Add($"{path}.operation", $"{found.Service}:{found.Name} is not a harmless read; this step only looks. A change is a step of kind call.");
        return null;
    }

    private void Parameters(AwsOperation operation, JsonObject parameters, StepOrder order, string path, ProblemList problems)
    {
        calls.Parameters(operation, parameters, own: false, path, problems);
        references.Check(parameters, own: false, order, path, problems);
        CallCheck.MustStayHarmless(operation, parameters, path, problems);
    }

    private static void Within(int? value, int least, int most, string path, ProblemList problems)
    {
        if (value is { } given && (given < least || given > most))
        {
            problems.Add(path, $"is {given}; {least} to {most} is right");
        }
    }

    private static void Expression(string? expression, string path, ProblemList problems)
    {
        if (expression is not null && JmesQueryLanguage.Problem(References.ShapeOfExpression(expression)) is { } problem)
        {
            problems.Add(path, problem);
        }
    }

    /// <summary>An expression that nothing is filled into when the step runs.</summary>
    private static void Literal(string? expression, string path, ProblemList problems)
    {
        if (expression is not null && References.FindInText(expression, own: false).FirstOrDefault() is { } reference)
        {
            problems.Add(path, $"must not hold {reference}: of a step that looks, only parameters and until are filled in from earlier steps");
            return;
        }

        Expression(expression, path, problems);
    }

    private static string Iam(AwsOperation operation) => $"{operation.Service}:{operation.Name}";

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,31}\z")]
    private static partial Regex ReadName();
}
