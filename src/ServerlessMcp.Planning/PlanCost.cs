using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>What a plan adds to the monthly bill: 0 where no step makes or ends anything that costs while it stands, else not known. There is no price list yet.</summary>
/// <remarks>
/// Source: Amazon VPC User Guide, "What is Amazon VPC?", Pricing (no additional charge for a VPC; charges for NAT gateways, IP Address Manager and
/// others, none of which is listed here); IAM User Guide, "What is IAM?", Free to use. Both as in AWS's public repositories of its guides, whose last
/// state is of 2023, read on 2026-11-25.
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

    public static IEnumerable<string> FreeOperations => Free;

    /// <returns>0, or null and why.</returns>
    public static (decimal? MonthlyDeltaUsd, string? Why) Of(IEnumerable<Step> steps)
    {
        var unknown = steps.Where(step => step.Kind == StepKind.Call)
            .Where(step => !IsFree(step.Call))
            .Select(step => $"{step.Call.Service}:{step.Call.Operation}")
            .Distinct()
            .ToList();
        var named = string.Join(", ", unknown.Take(MostNamed)) + (unknown.Count > MostNamed ? $" and {unknown.Count - MostNamed} more" : "");
        return unknown.Count == 0 ? (0m, null) : (null, $"there is no price list yet, and these may cost or save something: {named}");
    }

    /// <summary>Addresses of an IP Address Manager pool are charged for.</summary>
    private static bool IsFree(ApiCall call) => Free.Contains($"{call.Service}:{call.Operation}")
        && !call.Parameters.Any(parameter => parameter.Key.Contains("Ipam", StringComparison.Ordinal));
}
