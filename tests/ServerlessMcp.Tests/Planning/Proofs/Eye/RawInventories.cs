namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>The services for which no AWS package is on the feed.</summary>
internal static class RawInventories
{
    private const string Logs = "Logs_20140328";

    public static IEnumerable<IInventoryPart> All(RawAws aws) =>
    [
        new RawInventory(
            aws, "lambda", "lambda",
            new RawListing(
                "function", "GET /2015-03-31/functions", "Functions", "FunctionName",
                One("configuration", "GET /2015-03-31/functions/<FunctionName>", "{Configuration: Configuration, Tags: Tags, Concurrency: Concurrency, Image: Code.ImageUri}"),
                new("version", "GET /2015-03-31/functions/<FunctionName>/versions", "Versions", "Version"),
                new("alias", "GET /2015-03-31/functions/<FunctionName>/aliases", "Aliases", "Name"),
                One("policy", "GET /2015-03-31/functions/<FunctionName>/policy", "Policy"),
                One("url", "GET /2021-10-31/functions/<FunctionName>/url", "@")),
            new RawListing("mapping", "GET /2015-03-31/event-source-mappings/", "EventSourceMappings", "UUID")),
        new RawInventory(
            aws, "cloudwatch-logs", "logs",
            new RawListing(
                "group", $"{Logs}.DescribeLogGroups {{}}", "logGroups", "logGroupName",
                One("tags", $"{Logs}.ListTagsLogGroup {{\"logGroupName\":\"<logGroupName>\"}}", "tags"),
                new("filter", $"{Logs}.DescribeMetricFilters {{\"logGroupName\":\"<logGroupName>\"}}", "metricFilters", "filterName"))),
        new RawInventory(
            aws, "cloudwatch", "monitoring",
            new RawListing(
                "alarm", "2010-08-01 DescribeAlarms", "DescribeAlarmsResult.MetricAlarms", "AlarmName",
                One("tags", "2010-08-01 ListTagsForResource&ResourceARN=<AlarmArn>", "ListTagsForResourceResult.Tags")),
            new RawListing(
                "dashboard", "2010-08-01 ListDashboards", "ListDashboardsResult.DashboardEntries", "DashboardName",
                One("body", "2010-08-01 GetDashboard&DashboardName=<DashboardName>", "GetDashboardResult.DashboardBody"))),
    ];

    private static RawListing One(string kind, string request, string select) => new(kind, request, $"{select} | {{value: @}}", "value");
}
