using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>What a blueprint must be by itself, without AWS models; the models' part is a test that expands it.</summary>
internal static partial class BlueprintCheck
{
    private const int MaxSummary = 160;

    public static IEnumerable<string> Problems(string file, Blueprint blueprint) =>
        Heads(file, blueprint).Concat(Inputs(blueprint)).Concat(Rules(blueprint)).Concat(Steps(blueprint)).Concat(Expressions(blueprint));

    private static IEnumerable<string> Heads(string file, Blueprint blueprint)
    {
        if (blueprint.Name != file)
        {
            yield return $"name: is '{blueprint.Name}', and the file is {file}.json";
        }

        if (blueprint.Summary.Length > MaxSummary || blueprint.Summary.Contains('\n', StringComparison.Ordinal))
        {
            yield return $"summary: must be one line of at most {MaxSummary} characters";
        }

        if (blueprint.Steps.Count == 0)
        {
            yield return "steps: is empty";
        }
    }

    private static IEnumerable<string> Inputs(Blueprint blueprint)
    {
        foreach (var again in blueprint.Inputs.GroupBy(input => input.Name).Where(group => group.Count() > 1))
        {
            yield return $"inputs: '{again.Key}' stands there twice";
        }

        foreach (var input in blueprint.Inputs)
        {
            foreach (var other in input.Beside.Where(other => blueprint.Inputs.All(one => one.Name != other)))
            {
                yield return $"inputs: {input.Name}: beside: there is no input '{other}'";
            }

            foreach (var problem in Input(input))
            {
                yield return $"inputs: {input.Name}: {problem}";
            }
        }
    }

    private static IEnumerable<string> Input(BlueprintInput input)
    {
        if (!InputName().IsMatch(input.Name))
        {
            yield return "the name must be lower-case letters, digits and underscores, a letter first";
        }

        if (!BlueprintInput.Types.Contains(input.Type))
        {
            yield return $"type: '{input.Type}' is none of {string.Join(", ", BlueprintInput.Types)}";
            yield break;
        }

        if (input.Required && input.Default is not null)
        {
            yield return "default: a required input has none";
        }

        if ((input.Pattern is null) != (input.PatternMeans is null))
        {
            yield return "patternMeans: says the pattern in words, and stands wherever there is one";
        }

        foreach (var (name, value) in new[] { ("default", input.Default), ("example", input.Example) })
        {
            if (value is not null && InputValue.Problem(input, value) is { } problem)
            {
                yield return $"{name}: {problem}";
            }
        }
    }

    private static IEnumerable<string> Rules(Blueprint blueprint) =>
        from rule in blueprint.Rules
        where blueprint.Inputs.All(input => input.Name != rule.Input)
        select $"rules: there is no input '{rule.Input}'";

    private static IEnumerable<string> Steps(Blueprint blueprint)
    {
        foreach (var step in blueprint.Steps)
        {
            if (step.ForEach is not null != step.Id.Contains("<<item.", StringComparison.Ordinal))
            {
                yield return $"steps: {step.Id}: an id holds <<item.…>> where the step has a forEach, and only there";
            }
        }

        foreach (var step in blueprint.Steps.Where(step => (step.Reads is null) == (step.Operation.Length == 0 || step.Service.Length == 0)))
        {
            yield return $"steps: {step.Id}: is either a service and an operation, or reads";
        }

        foreach (var again in blueprint.Steps.GroupBy(step => step.Id).Where(group => group.Count() > 1 && group.Any(step => step.When is null)))
        {
            yield return $"steps: {again.Key}: two steps have this id, and not each has a when";
        }
    }

    /// <summary>Every expression, and every placeholder inside a template, is JMESPath; every input it names is there.</summary>
    private static IEnumerable<string> Expressions(Blueprint blueprint)
    {
        var names = blueprint.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var text in Texts(blueprint).OfType<string>().Distinct())
        {
            if ((LooseNot().IsMatch(text) ? "'!a.b' means '(!a).b' in JMESPath: write '!(a.b)'" : JmesQueryLanguage.Problem(text)) is { } problem)
            {
                yield return $"'{text}': {problem}";
            }

            foreach (var name in UsedInput().Matches(text).Select(match => match.Groups[1].Value).Where(name => !names.Contains(name)))
            {
                yield return $"'{text}': there is no input '{name}'";
            }
        }
    }

    private static IEnumerable<string?> Texts(Blueprint blueprint) =>
    [
        .. blueprint.Facts.SelectMany(fact => new[] { fact.Given, fact.Select }),
        .. blueprint.Rules.Select(rule => rule.Holds),
        .. blueprint.Costs.Select(cost => cost.When),
        .. blueprint.Steps.SelectMany(step => new[] { step.When, step.ForEach }),
        .. Templates(blueprint).SelectMany(Template.ExpressionsIn),
    ];

    private static IEnumerable<string> Templates(Blueprint blueprint) =>
    [
        .. Leaves(blueprint.Values),
        .. blueprint.Facts.SelectMany(fact => Leaves(fact.Parameters)),
        .. blueprint.Rules.Select(rule => rule.Message),
        .. blueprint.Steps.SelectMany(step => new[] { step.Id, step.Title }).OfType<string>(),
        .. blueprint.Steps.SelectMany(step => Leaves(step.Parameters).Concat(Leaves(step.Wait?.Parameters)).Concat((step.Reads ?? []).SelectMany(read => Leaves(read.Parameters)))),
    ];

    private static IEnumerable<string> Leaves(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Leaves(member.Value)),
        JsonArray items => items.SelectMany(Leaves),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    [GeneratedRegex("^[a-z][a-z0-9_]{0,31}$")]
    private static partial Regex InputName();

    [GeneratedRegex(@"![A-Za-z_]+[.\[]")]
    private static partial Regex LooseNot();

    [GeneratedRegex(@"\binputs\.([a-z][a-z0-9_]*)")]
    private static partial Regex UsedInput();
}
