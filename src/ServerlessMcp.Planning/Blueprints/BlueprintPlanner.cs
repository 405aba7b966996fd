using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>Turns requirements into a plan: checks the inputs, reads the facts, fills in the steps, and hands them to the planner as if a caller had written them.</summary>
public sealed class BlueprintPlanner(BlueprintCatalogue catalogue, Planner planner)
{
    /// <exception cref="CallerException"><c>unknown_blueprint</c>.</exception>
    public InputCheck Check(string name, JsonObject inputs) => InputCheck.Of(
        catalogue.Find(name) ?? throw new CallerException(
            "unknown_blueprint", $"There is no blueprint '{name}'.{InputCheck.Near(name, catalogue.Names)} There are: {string.Join(", ", catalogue.Names)}."),
        inputs);

    /// <param name="request">Its steps are not looked at.</param>
    /// <exception cref="CallerException">
    /// <c>missing_inputs</c>, <c>invalid_inputs</c>, <c>facts_unread</c>, and what <see cref="Planner.PlanAsync(PlanRequest, Principal, CancellationToken)"/> throws.
    /// </exception>
    public async Task<PlannedPlan> PlanAsync(InputCheck inputs, PlanRequest request, Principal caller, CancellationToken cancellationToken)
    {
        inputs.ThrowIfWrong();
        var blueprint = inputs.Blueprint;
        var target = await planner.TargetAsync(request, cancellationToken);
        var scope = new BlueprintScope(planner.Query, blueprint, inputs.Values, target);
        await ReadFactsAsync(blueprint, scope, target, cancellationToken);
        foreach (var (name, template) in blueprint.Values)
        {
            scope.SetValue(name, template);
        }

        CheckRules(blueprint, scope);
        var steps = Steps(blueprint, scope).ToList();
        var planned = await PlanAsync(blueprint, request with { Steps = steps }, caller, cancellationToken);
        var costs = blueprint.Costs.Where(cost => scope.Holds(cost.When)).Select(cost => $"costs money: {cost.Text}");
        return planned with { Preview = planned.Preview with { Warnings = [.. planned.Preview.Warnings, .. costs] } };
    }

    private async Task ReadFactsAsync(Blueprint blueprint, BlueprintScope scope, PlanTarget target, CancellationToken cancellationToken)
    {
        var wanted = blueprint.Facts.Where(fact => scope.Holds(fact.Given)).ToList();
        var reads = await planner.Reads.RunAsync(target, [.. wanted.Select(fact => new StepRead
        {
            Call = new("aws", fact.Service, fact.Operation, scope.Fill(fact.Parameters)!.AsObject()),
            Select = fact.Select,
            Absent = fact.Absent ?? [],
        })], cancellationToken);
        var unread = wanted.Zip(reads).Where(pair => !pair.Second.Planned).ToList();
        if (unread.Count > 0)
        {
            throw new CallerException(
                "facts_unread",
                $"The blueprint {blueprint.Name} needs to know the account's {string.Join(" and ", unread.Select(pair => pair.First.Name))}, which could not be read. Nothing was planned or changed.",
                retryable: true)
            {
                Quoted = string.Join(" ", unread.Select(pair => $"{pair.Second.Why}.")),
            };
        }

        foreach (var (fact, read) in wanted.Zip(reads))
        {
            scope.SetFact(fact.Name, read.Value);
        }
    }

    private static void CheckRules(Blueprint blueprint, BlueprintScope scope)
    {
        var problems = blueprint.Rules
            .Where(rule => !scope.Holds(rule.Holds))
            .Select(rule => new Problem($"inputs.{rule.Input}", scope.Text(rule.Message)))
            .ToList();
        if (problems.Count > 0)
        {
            throw new CallerException(
                "invalid_inputs",
                $"The inputs of the blueprint {blueprint.Name} do not fit: {string.Join(" ", problems.Take(3).Select(problem => problem.Message))} Nothing was planned or changed.",
                problems);
        }
    }

    private static IEnumerable<StepRequest> Steps(Blueprint blueprint, BlueprintScope scope)
    {
        foreach (var step in blueprint.Steps)
        {
            foreach (var item in step.ForEach is null ? [null] : scope.List(step.ForEach))
            {
                scope.SetItem(item);
                if (scope.Holds(step.When))
                {
                    yield return Step(step, scope);
                }
            }
        }
    }

    private static StepRequest Step(BlueprintStep step, BlueprintScope scope) => step.Reads is { } reads
        ? StepRequest.OfCollect(scope.Text(step.Id), Title(step, scope), [.. reads.Select(read =>
            new ReadRequest(read.Name, read.Service, read.Operation, scope.Fill(read.Parameters)!.AsObject(), read.Select))])
        : Call(step, scope);

    private static string? Title(BlueprintStep step, BlueprintScope scope) => step.Title is null ? null : scope.Text(step.Title);

    private static StepRequest Call(BlueprintStep step, BlueprintScope scope) => new(
        scope.Text(step.Id),
        Title(step, scope),
        step.Service,
        step.Operation,
        scope.Fill(step.Parameters)!.AsObject(),
        step.Wait is { } wait
            ? new(wait.Waiter, wait.Operation, scope.Fill(wait.Parameters)?.AsObject(), wait.Until, wait.FailWhen, wait.TimeoutSeconds)
            : null);

    /// <summary>What is wrong with a step is told by its name: the caller has not written it and knows no number of it.</summary>
    private async Task<PlannedPlan> PlanAsync(Blueprint blueprint, PlanRequest request, Principal caller, CancellationToken cancellationToken)
    {
        try
        {
            return await planner.PlanAsync(request, caller, cancellationToken);
        }
        catch (CallerException e) when (e.Problems.Count > 0)
        {
            throw new CallerException(e.Code, e.Message, [.. e.Problems.Select(problem => Named(blueprint, request, problem))], e.Retryable, e);
        }
    }

    private static Problem Named(Blueprint blueprint, PlanRequest request, Problem problem) =>
        problem.Path.StartsWith("steps[", StringComparison.Ordinal)
        && problem.Path.IndexOf(']', StringComparison.Ordinal) is > 6 and var end
        && int.TryParse(problem.Path.AsSpan(6, end - 6), out var n) && n < request.Steps.Count
            ? problem with { Path = $"{blueprint.Name}.{request.Steps[n].Id}{problem.Path[(end + 1)..]}" }
            : problem;
}
