namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Regions that an account has only once they were enabled in it. Elsewhere AWS answers as if the credentials were wrong.</summary>
/// <remarks>
/// Of the partition <c>aws</c>, those that opened after March 20, 2019, so that the older ones are the list.
/// Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
/// </remarks>
internal static class OptInRegions
{
    private static readonly HashSet<string> Always = new(StringComparer.Ordinal)
    {
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1",
        "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    };

    private static readonly HashSet<string> Codes = new(StringComparer.Ordinal)
    {
        "InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "OptInRequired", "InvalidAccessKeyId", "IllegalLocationConstraintException",
    };

    /// <returns>A sentence to end AWS's message with; empty where it says nothing.</returns>
    public static string Hint(string? partition, string region, string code) => partition == "aws" && !Always.Contains(region) && Codes.Contains(code)
        ? $" {region} is a Region that must be enabled in the account first (AWS answers so where it is not): enable it with account:EnableRegion or in the account's settings, or name another."
        : "";
}
