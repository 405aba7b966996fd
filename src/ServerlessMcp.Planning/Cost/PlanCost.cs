using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Aws;

namespace ServerlessMcp.Planning.Cost;

/// <summary>What a plan adds to the monthly bill while what it makes stands, by the price list; not known as soon as one step's part is not.</summary>
/// <remarks>
/// Source of what is free: Amazon VPC User Guide, "What is Amazon VPC?", Pricing (no additional charge for a VPC; charges for NAT gateways, IP Address
/// Manager and others, none of which is listed here); IAM User Guide, "What is IAM?", Free to use. Both as in AWS's public repositories of its guides,
/// whose last state is of 2023, read on 2026-11-25.
/// </remarks>
internal static class PlanCost
{
    private const int MostNamed = 5;

    private static readonly HashSet<string> Free = new(StringComparer.Ordinal)
    {
        "ec2:CreateVpc", "ec2:DeleteVpc", "ec2:CreateSubnet", "ec2:DeleteSubnet",
        "ec2:CreateRouteTable", "ec2:DeleteRouteTable", "ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:CreateRoute", "ec2:DeleteRoute",
        "ec2:CreateInternetGateway", "ec2:DeleteInternetGateway", "ec2:AttachInternetGateway", "ec2:DetachInternetGateway",
        "ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup",
        "ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress",
        "iam:CreateRole", "iam:DeleteRole", "iam:CreatePolicy", "iam:DeletePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy",
        "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy",
    };

    private static readonly JmesQueryLanguage Query = new();

    public static IEnumerable<string> FreeOperations => Free;

    public static CostFound Of(PlanTarget target, IEnumerable<Step> steps)
    {
        var parts = steps.Where(step => step.Kind == StepKind.Call && !IsFree(step.Call)).Select(step => Of(target, step)).ToList();
        var unknown = parts.Select(part => part.Why).OfType<string>().ToList();
        var counted = parts.SelectMany(part => part.Counted).ToList();
        var usage = parts.Where(part => part.Usage is not null).GroupBy(part => part.Usage)
            .Select(group => $"not counted: {group.Key} ({Named([.. group.Select(part => part.StepId)])})");
        IReadOnlyList<string> notes =
        [
            .. counted.GroupBy(one => (one.Price, one.Quantity))
                .Select(group => $"{Named([.. group.Select(one => one.StepId)])}: {Number(group.Key.Quantity)} {group.Key.Price.What}{(group.Key.Quantity == 1 ? "" : "s")} at {Number(group.Key.Price.Usd)} USD {(group.Key.Price.Unit == "hour" ? "an" : "a")} {group.Key.Price.Unit}"),
            .. usage,
            .. counted.Count == 0 ? [] : new[] { $"prices: on demand in {PriceList.Current.Region}, of {When(counted.Select(one => one.Price.Read))}; no free tier, discount or tax" },
        ];
        return unknown.Count == 0
            ? new(counted.Sum(one => one.Quantity * one.Price.UsdAMonth), null, notes)
            : new(null, Named(unknown, "; "), notes);
    }

    private static StepCost Of(PlanTarget target, Step step)
    {
        var name = $"{step.Call.Service}:{step.Call.Operation}";
        if (!PriceList.Current.Operations.TryGetValue(name, out var costs))
        {
            return StepCost.Unknown(step.Id, $"{step.Id} ({name} may cost or save something, and is not in the price list)");
        }

        var scope = new JsonObject { ["param"] = step.Call.Parameters.DeepClone(), ["effect"] = step.Effect.ToString().ToLowerInvariant() };
        if (step.Alternatives.Count > 0 || costs.FirstOrDefault(cost => cost.Given is null || Undo.Template.IsTrue(Query.Search(cost.Given, scope))) is not { } found)
        {
            return StepCost.Unknown(step.Id, $"{step.Id} (the price list does not say what {name} costs with these parameters)");
        }

        var counted = found.Parts.Select(part => (StepId: step.Id, Price: PriceList.Current.Prices[part.Price], Quantity: Quantity(part, scope))).ToList();
        if (counted.Exists(one => one.Quantity is null))
        {
            return StepCost.Unknown(step.Id, $"{step.Id} (how much of it {name} makes is known only when the plan runs)") with { Usage = found.Usage };
        }

        var priced = counted.Where(one => one.Quantity != 0).Select(one => (one.StepId, one.Price, one.Quantity!.Value)).ToList();
        return priced.Count > 0 && target.Region != PriceList.Current.Region
            ? StepCost.Unknown(step.Id, $"{step.Id} ({name} costs while it stands, and the price list is of {PriceList.Current.Region} alone)") with { Usage = found.Usage }
            : new(step.Id, priced, null, found.Usage);
    }

    private static decimal? Quantity(CostPart part, JsonObject scope) =>
        Query.Search(part.Quantity, scope) is JsonValue value && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Addresses of an IP Address Manager pool are charged for.</summary>
    private static bool IsFree(ApiCall call) => Free.Contains($"{call.Service}:{call.Operation}")
        && !call.Parameters.Any(parameter => parameter.Key.Contains("Ipam", StringComparison.Ordinal));

    private static string When(IEnumerable<DateOnly> days) => days.Min().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Named(List<string> ids, string between = ", ") =>
        string.Join(between, ids.Take(MostNamed)) + (ids.Count > MostNamed ? $" and {ids.Count - MostNamed} more" : "");

    private sealed record StepCost(string StepId, IReadOnlyList<(string StepId, Price Price, decimal Quantity)> Counted, string? Why, string? Usage)
    {
        public static StepCost Unknown(string stepId, string why) => new(stepId, [], why, null);
    }
}
