using ServerlessMcp.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(EmulatorsFirst))]

namespace ServerlessMcp.Tests;

/// <summary>The collections that share an emulator take longest, so they start first; the classes that are a collection each fill what is left.</summary>
public sealed class EmulatorsFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionClassName is null)];
}
